//! WASI 0.1, the one before components, answered by a shim of ours.
//!
//! The shim is a small core module (`shim.wat`, assembled by the build script)
//! that wit-component joins to a module as its adapter. It has nothing behind
//! it but the transform's own clock and, of WASI 0.2, output, random numbers
//! and exit. Must not take memory from the module that it serves.

use crate::build::contract;

/// What modules call it.
pub(crate) const NAME: &str = "wasi_snapshot_preview1";

const MODULE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/wasi_0_1.wasm"));

/// What it imports.
const WORLD: &str = include_str!("shim.wit");

/// The shim, with the description of what it imports.
///
/// # Errors
/// None, unless the shim and its description were changed apart.
pub(crate) fn adapter() -> Result<Vec<u8>, String> {
    let mut module = MODULE.to_vec();
    contract::describe_as(&mut module, "shim", &[("shim.wit", WORLD)])?;
    Ok(module)
}
