//! The contract's text, and its description inside a core module.
//!
//! A core module says nothing about its world by itself; a binding generator
//! leaves a custom section in it that does. This gives the section to modules
//! that have none. It adds no code and no data to a module.

use wasmparser::{Parser, Payload};
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// The contract, as `wit/transform.wit` has it.
pub const CONTRACT: &str = include_str!("../../../../wit/transform.wit");

const WORLD: &str = "transform";

/// The custom sections that describe a world begin like this.
const SECTION: &str = "component-type";

/// Whether a payload of a module describes its world.
pub(crate) fn is_description(payload: &Payload<'_>) -> bool {
    matches!(payload, Payload::CustomSection(section) if section.name().starts_with(SECTION))
}

/// Whether a module says which world it was made for. A broken one says
/// nothing.
pub(crate) fn is_described(module: &[u8]) -> bool {
    let mut payloads = Parser::new(0).parse_all(module).map_while(Result::ok);
    payloads.any(|payload| is_description(&payload))
}

/// Makes a module say that it was made for the contract's world.
///
/// # Errors
/// What is wrong with the module.
pub(crate) fn describe(module: &mut Vec<u8>) -> Result<(), String> {
    describe_as(module, WORLD, &[])
}

/// Makes a module say that it was made for a world of ours, in one of these
/// files, which may take from the contract.
///
/// # Errors
/// What is wrong with the module or the files.
pub(crate) fn describe_as(
    module: &mut Vec<u8>,
    world: &str,
    files: &[(&str, &str)],
) -> Result<(), String> {
    let mut resolve = Resolve::default();
    let mut describe = || {
        let mut package = resolve.push_str("transform.wit", CONTRACT)?;
        for (name, text) in files {
            package = resolve.push_str(name, text)?;
        }
        let world = resolve.select_world(&[package], Some(world))?;
        wit_component::embed_component_metadata(module, &resolve, world, StringEncoding::UTF8)
    };
    describe().map_err(|error| format!("{error:#}"))
}
