//! Generated bindings for the two interfaces that cross the sandbox's wall.
//!
//! They come from the WIT files alone, so that the contract has one source.
//! Nothing is written by hand here. Both worlds share the contract's types, so
//! one conversion serves components and JavaScript alike.

/// The public contract of transforms, `hookmill:transform`.
pub(crate) mod transform {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "transform",
    });
}

/// The private interface to the JavaScript engine guest.
pub(crate) mod javascript {
    wasmtime::component::bindgen!({
        path: ["../../wit", "../../guest-sdk/js-engine/wit"],
        world: "hookmill:js-engine/shared-engine",
        with: {
            "hookmill:transform/types@1.0.0": super::transform::hookmill::transform::types,
            "hookmill:transform/log@1.0.0": super::transform::hookmill::transform::log,
            "hookmill:transform/clock@1.0.0": super::transform::hookmill::transform::clock,
        },
    });
}
