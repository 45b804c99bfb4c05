//! `wasi:http` in name only.
//!
//! Toolchains import it whether it is used or not (componentize-js does, for
//! `fetch`), so a component may; every call of it is a trap that says so. It
//! is made for each component anew, after the component's own types.

use crate::run::guest::Guest;
use std::hash::{DefaultHasher, Hash, Hasher};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceType};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, DynPollable};

/// What the names of its interfaces begin with.
pub(crate) const PREFIX: &str = "wasi:http/";

/// A component called what is there in name only.
#[derive(Debug, thiserror::Error)]
#[error("the transform called `{function}`, but transforms have no network")]
pub(crate) struct NoNetwork {
    function: String,
}

/// Adds the interfaces of `wasi:http` that this component imports.
pub(crate) fn link(linker: &mut Linker<Guest>, component: &Component) -> wasmtime::Result<()> {
    let engine = linker.engine().clone();
    for (interface, import) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = import.ty else {
            continue;
        };
        if !interface.starts_with(PREFIX) {
            continue;
        }
        let mut exports = linker.instance(interface)?;
        for (name, export) in instance.exports(&engine) {
            match export.ty {
                ComponentItem::ComponentFunc(_) => {
                    let function = format!("{interface}#{name}");
                    exports.func_new(name, move |_, _, _, _| {
                        let function = function.clone();
                        Err(NoNetwork { function }.into())
                    })?;
                }
                ComponentItem::Resource(_) => {
                    exports.resource(name, resource(name), |_, _| Ok(()))?;
                }
                // Types need no definition.
                _ => {}
            }
        }
    }
    Ok(())
}

/// The type of a resource: that of `wasi:io` where the name is one of its, or
/// one that goes by the name, because interfaces share them.
fn resource(name: &str) -> ResourceType {
    match name {
        "input-stream" => ResourceType::host::<DynInputStream>(),
        "output-stream" => ResourceType::host::<DynOutputStream>(),
        "pollable" => ResourceType::host::<DynPollable>(),
        "error" | "io-error" => ResourceType::host::<wasmtime_wasi::p2::IoError>(),
        own => {
            // As `wasi:http/types` declares them.
            let own = match own {
                "headers" | "trailers" => "fields",
                other => other,
            };
            let mut hasher = DefaultHasher::new();
            own.hash(&mut hasher);
            ResourceType::host_dynamic(hasher.finish() as u32)
        }
    }
}
