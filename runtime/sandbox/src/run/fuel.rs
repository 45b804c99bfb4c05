//! Fuel: how much of it a run may use, and how much it has used. A unit is about
//! an instruction of WebAssembly.

use crate::run::guest::Guest;
use hookmill_domain::caps::SandboxCaps;
use wasmtime::Store;

/// Fills a store for one run. What its program may use beyond that, to say where
/// it was, comes on top.
pub(crate) fn fill(store: &mut Store<Guest>, caps: &SandboxCaps) -> wasmtime::Result<()> {
    let reserve = store.data().fuel_reserve;
    store.set_fuel(caps.fuel_max.saturating_add(reserve))
}

/// What a run has used. What it took to say where it was is ours.
pub(crate) fn used(store: &Store<Guest>, caps: &SandboxCaps) -> u64 {
    let left = store.get_fuel().unwrap_or(0);
    let left = left.saturating_sub(store.data().fuel_reserve);
    caps.fuel_max.saturating_sub(left)
}
