//! What `wit_bindgen` makes of the engine's world and the transform contract.

#![allow(missing_docs, clippy::undocumented_unsafe_blocks, unreachable_pub)]

wit_bindgen::generate!({
    path: ["../../wit", "wit"],
    world: "hookmill:js-engine/engine-module",
    generate_all,
    pub_export_macro: true,
    default_bindings_module: "crate::bindings",
});
