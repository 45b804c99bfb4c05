//! A look at a component before it is compiled: is it one, what does it
//! import and export, how much does it need.
//!
//! Compiling is dear and its errors speak of internals. Whatever can be told
//! from the binary's sections is told here, cheaply and in the owner's terms.
//! It reads only; what it accepts may still be refused by the compiler.

use crate::caps::{
    MEMORIES_MAX, TABLE_ELEMENTS_PER_TABLE_MAX, TABLES_PER_MODULE_MAX, WASM_PAGE_BYTES,
};
use crate::program::asynchronous;
use crate::program::file_kind::FileKind;
use crate::program::load_error::LoadError;
use crate::run::fault_text;
use crate::wasi::http;
use hookmill_domain::caps::COMPONENT_BYTES_MAX;
use wasmparser::{ComponentTypeRef, Parser, Payload};

/// Interfaces that a component may import, besides those of WASI 0.2.
const OWN_INTERFACES: [&str; 3] = ["types", "log", "clock"];

/// WASI 0.2 packages that are linked.
const WASI_PACKAGES: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

const OFFERED: &str =
    "`hookmill:transform` 1.0 and WASI 0.2 (cli, clocks, filesystem, io, random, sockets)";

/// What the loader needs to know.
pub(crate) struct Survey {
    pub(crate) imports_wasi: bool,
    /// Whether it imports `wasi:http`, which can't be called.
    pub(crate) imports_http: bool,
}

/// Looks at the bytes that were given as a component.
pub(crate) fn survey(
    name: &str,
    wasm: &[u8],
    memory_bytes_max: usize,
) -> Result<Survey, LoadError> {
    if wasm.len() > COMPONENT_BYTES_MAX {
        return Err(LoadError::TooLarge {
            name: name.to_owned(),
            bytes: wasm.len(),
            bytes_max: COMPONENT_BYTES_MAX,
        });
    }
    check_kind(name, wasm)?;
    let mut found = Survey {
        imports_wasi: false,
        imports_http: false,
    };
    let mut exports_handler = false;
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(|error| malformed(name, &error))? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(|error| malformed(name, &error))?;
                    // The world's own type names; their interface is checked.
                    if matches!(import.ty, ComponentTypeRef::Type(_)) {
                        continue;
                    }
                    check_import(name, wasm, import.name.name)?;
                    found.imports_wasi |= import.name.name.starts_with("wasi:");
                    found.imports_http |= import.name.name.starts_with(http::PREFIX);
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export.map_err(|error| malformed(name, &error))?;
                    exports_handler |= export.name.name == "handler";
                }
            }
            Payload::MemorySection(section) => {
                let limit = MEMORIES_MAX;
                fits(name, "memories", section.count().into(), limit)?;
                for memory in section {
                    let memory = memory.map_err(|error| malformed(name, &error))?;
                    let bytes = memory.initial.saturating_mul(WASM_PAGE_BYTES as u64);
                    fits(name, "bytes of memory", bytes, memory_bytes_max)?;
                }
            }
            Payload::TableSection(section) => {
                let limit = TABLES_PER_MODULE_MAX;
                fits(name, "tables in one module", section.count().into(), limit)?;
                for table in section {
                    let table = table.map_err(|error| malformed(name, &error))?;
                    let limit = TABLE_ELEMENTS_PER_TABLE_MAX;
                    fits(name, "elements in one table", table.ty.initial, limit)?;
                }
            }
            _ => {}
        }
    }
    if !exports_handler {
        return Err(LoadError::WrongExport {
            name: name.to_owned(),
            message: "it exports no function of that name".to_owned(),
        });
    }
    Ok(found)
}

fn check_kind(name: &str, wasm: &[u8]) -> Result<(), LoadError> {
    match FileKind::of(wasm) {
        FileKind::Component => Ok(()),
        kind => Err(LoadError::NotAComponent {
            name: name.to_owned(),
            kind,
        }),
    }
}

fn check_import(name: &str, wasm: &[u8], import: &str) -> Result<(), LoadError> {
    let (interface, version) = import.split_once('@').unwrap_or((import, ""));
    let offered = if let Some(own) = interface.strip_prefix("hookmill:transform/") {
        OWN_INTERFACES.contains(&own) && is_of(version, "1.0.")
    } else if let Some(wasi) = interface.strip_prefix("wasi:") {
        let package = wasi.split('/').next().unwrap_or(wasi);
        let known = WASI_PACKAGES.contains(&package) || import.starts_with(http::PREFIX);
        known && is_of(version, "0.2.")
    } else {
        false
    };
    if offered {
        return Ok(());
    }
    if interface.starts_with("wasi:") && version.starts_with("0.3.") {
        return Err(LoadError::NeedsWasi03 {
            name: name.to_owned(),
            interface: fault_text::sentence(interface),
            version: fault_text::sentence(version),
            advice: asynchronous::advice(wasm),
        });
    }
    Err(LoadError::MissingImport {
        name: name.to_owned(),
        interface: fault_text::sentence(interface),
        version: fault_text::sentence(version),
        offered: OFFERED.to_owned(),
    })
}

fn is_of(version: &str, line: &str) -> bool {
    version
        .strip_prefix(line)
        .is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit()))
}

fn fits(name: &str, resource: &'static str, needs: u64, has: usize) -> Result<(), LoadError> {
    if needs <= has as u64 {
        return Ok(());
    }
    Err(LoadError::DoesNotFit {
        name: name.to_owned(),
        resource,
        needs,
        has: has as u64,
    })
}

fn malformed(name: &str, error: &wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Malformed {
        name: name.to_owned(),
        message: fault_text::sentence(&error.to_string()),
    }
}
