//! Takes the memory out of the JavaScript engine's binary, and writes memories
//! as core modules of their own.
//!
//! Bytes in, bytes out. It is made for the engine's binary, and refuses what is
//! not as that is.

use crate::caps::WASM_PAGE_BYTES;
use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentExportKind, ComponentImportSection,
    ComponentOuterAliasKind, ComponentTypeRef, ConstExpr, CoreTypeSection, DataSection,
    Encode as _, EntityType, ExportKind, ExportSection, InstanceSection, MemorySection, MemoryType,
    ModuleArg, ModuleType, RawSection,
};
use wasmparser::{
    ComponentAlias, ComponentExternalKind, DataKind, ExternalKind, Instance, Operator, Parser,
    Payload,
};

/// The name under which the engine imports its memory: the module in the
/// component, the instance in the core module, and the memory itself.
pub(super) const MEMORY: &str = "memory";

/// Data is written down in pieces of this size, those that are zero left out.
const PIECE: usize = 4_096;

/// A core module that is a memory with these bytes.
pub(super) fn memory_module(bytes: &[u8]) -> Vec<u8> {
    let mut memories = MemorySection::new();
    memories.memory(memory_type(bytes.len()));
    let mut exports = ExportSection::new();
    exports.export(MEMORY, ExportKind::Memory, 0);
    let mut data = DataSection::new();
    let mut begun = None;
    for start in (0..bytes.len() + PIECE).step_by(PIECE) {
        let piece = bytes.get(start..(start + PIECE).min(bytes.len()));
        let is_zero = piece.is_none_or(|piece| piece.iter().all(|byte| *byte == 0));
        match begun {
            None if !is_zero => begun = Some(start),
            Some(first) if is_zero => {
                let offset = i32::try_from(first).expect("a module's memory has at most 4 GiB");
                data.active(
                    0,
                    &ConstExpr::i32_const(offset),
                    bytes[first..start.min(bytes.len())].iter().copied(),
                );
                begun = None;
            }
            _ => {}
        }
    }
    let mut module = wasm_encoder::Module::new();
    module.section(&memories).section(&exports).section(&data);
    module.finish()
}

fn memory_type(bytes: usize) -> MemoryType {
    MemoryType {
        minimum: bytes.div_ceil(WASM_PAGE_BYTES) as u64,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    }
}

/// The memory that a core module begins with. It must have one, and put its
/// data there before it runs.
///
/// # Errors
/// The module is not as the engine is.
pub(super) fn memory_of(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut memory = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(text)? {
            Payload::MemorySection(section) => {
                for found in section {
                    let pages = usize::try_from(found.map_err(text)?.initial).map_err(text)?;
                    memory = vec![0; pages * WASM_PAGE_BYTES];
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    let data = data.map_err(text)?;
                    let DataKind::Active { offset_expr, .. } = data.kind else {
                        // Taking the snapshot leaves segments without data.
                        if data.data.is_empty() {
                            continue;
                        }
                        return Err("the engine has passive data".to_owned());
                    };
                    let offset = match offset_expr.get_operators_reader().read().map_err(text)? {
                        Operator::I32Const { value } => value.cast_unsigned() as usize,
                        _ => return Err("the engine's data have no fixed offset".to_owned()),
                    };
                    let target = memory.get_mut(offset..offset + data.data.len());
                    target
                        .ok_or("the engine's data are outside of its memory")?
                        .copy_from_slice(data.data);
                }
            }
            _ => {}
        }
    }
    Ok(memory)
}

/// Makes a component import the memory that its main module defines.
///
/// # Errors
/// The component is not as the engine's is.
pub(super) fn without_memory(component: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = wasm_encoder::Component::new();
    let mut main = None;
    let mut modules = 0;
    let mut nested = 0;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(text)?;
        match &payload {
            Payload::End(_) if nested > 0 => nested -= 1,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } if nested > 0 => {
                nested += 1;
            }
            _ if nested > 0 => {}
            Payload::Version { .. } => import_memory(&mut out, component)?,
            Payload::ModuleSection {
                unchecked_range, ..
            } => {
                nested = 1;
                let module = &component[unchecked_range.clone()];
                if main.is_none() && !memory_of(module)?.is_empty() {
                    main = Some(modules);
                    let module = importing_memory(module)?;
                    out.section(&RawSection {
                        id: 1,
                        data: &module,
                    });
                } else {
                    out.section(&RawSection {
                        id: 1,
                        data: module,
                    });
                }
                modules += 1;
            }
            Payload::ComponentSection {
                unchecked_range, ..
            } => {
                nested = 1;
                out.section(&RawSection {
                    id: 4,
                    data: &component[unchecked_range.clone()],
                });
            }
            Payload::InstanceSection(section) => {
                let section = section.clone();
                out.section(&shifted_instances(section, main)?);
            }
            Payload::ComponentAliasSection(section) => {
                out.section(&shifted_aliases(section.clone())?);
            }
            // Its numbers would be wrong.
            Payload::CustomSection(section) if section.name() == "component-name" => {}
            Payload::CoreTypeSection(_) => {
                return Err("the engine's component has core types".to_owned());
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    out.section(&RawSection {
                        id,
                        data: &component[range],
                    });
                }
            }
        }
    }
    Ok(out.finish())
}

/// Imports the memory's module as the first module and makes its instance the
/// first instance.
fn import_memory(out: &mut wasm_encoder::Component, component: &[u8]) -> Result<(), String> {
    let mut bytes = 0;
    for payload in Parser::new(0).parse_all(component) {
        if let Payload::MemorySection(section) = payload.map_err(text)? {
            for memory in section {
                bytes =
                    usize::try_from(memory.map_err(text)?.initial).map_err(text)? * WASM_PAGE_BYTES;
            }
        }
    }
    let mut memory = ModuleType::new();
    memory.export(MEMORY, EntityType::Memory(memory_type(bytes)));
    let mut types = CoreTypeSection::new();
    types.ty().module(&memory);
    let mut imports = ComponentImportSection::new();
    imports.import(MEMORY, ComponentTypeRef::Module(0));
    let mut instances = InstanceSection::new();
    instances.instantiate::<_, &str>(0, []);
    out.section(&types).section(&imports).section(&instances);
    Ok(())
}

/// The instances, counted from one higher; the main module's gets the memory.
fn shifted_instances(
    section: wasmparser::InstanceSectionReader<'_>,
    main: Option<u32>,
) -> Result<InstanceSection, String> {
    let mut shifted = InstanceSection::new();
    for instance in section {
        match instance.map_err(text)? {
            Instance::Instantiate { module_index, args } => {
                let mut args: Vec<(String, ModuleArg)> = args
                    .iter()
                    .map(|arg| (arg.name.to_owned(), ModuleArg::Instance(arg.index + 1)))
                    .collect();
                if Some(module_index) == main {
                    args.push((MEMORY.to_owned(), ModuleArg::Instance(0)));
                }
                shifted.instantiate(module_index + 1, args);
            }
            Instance::FromExports(exports) => {
                let exports = exports.iter();
                let exports: Result<Vec<_>, String> = exports
                    .map(|export| Ok((export.name.to_owned(), kind(export.kind)?, export.index)))
                    .collect();
                shifted.export_items(exports?);
            }
        }
    }
    Ok(shifted)
}

fn shifted_aliases(
    section: wasmparser::ComponentAliasSectionReader<'_>,
) -> Result<ComponentAliasSection, String> {
    let mut shifted = ComponentAliasSection::new();
    for alias in section {
        shifted.alias(match alias.map_err(text)? {
            ComponentAlias::CoreInstanceExport {
                kind: of,
                instance_index,
                name,
            } => Alias::CoreInstanceExport {
                instance: instance_index + 1,
                kind: kind(of)?,
                name,
            },
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                name,
            } => Alias::InstanceExport {
                instance: instance_index,
                kind: match kind {
                    ComponentExternalKind::Func => ComponentExportKind::Func,
                    ComponentExternalKind::Type => ComponentExportKind::Type,
                    ComponentExternalKind::Instance => ComponentExportKind::Instance,
                    other => return Err(format!("the engine aliases {other:?}")),
                },
                name,
            },
            ComponentAlias::Outer { kind, count, index } => Alias::Outer {
                kind: match kind {
                    wasmparser::ComponentOuterAliasKind::Type => ComponentOuterAliasKind::Type,
                    other => return Err(format!("the engine aliases {other:?}")),
                },
                count,
                index,
            },
        });
    }
    Ok(shifted)
}

fn kind(kind: ExternalKind) -> Result<ExportKind, String> {
    Ok(match kind {
        ExternalKind::Func => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        other => return Err(format!("the engine exports {other:?}")),
    })
}

/// A core module whose memory is imported, and which brings no data.
fn importing_memory(module: &[u8]) -> Result<Vec<u8>, String> {
    let memory = memory_of(module)?;
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(text)?;
        match &payload {
            Payload::MemorySection(_)
            | Payload::DataSection(_)
            | Payload::DataCountSection { .. } => {}
            Payload::GlobalSection(section) => {
                // What a run leaves in a global would be missing from a memory.
                let globals = section.clone().into_iter();
                let mutable = globals.filter(|it| it.as_ref().is_ok_and(|it| it.ty.mutable));
                if mutable.count() > 1 {
                    return Err("the engine keeps something outside of its memory".to_owned());
                }
                push(&mut out, &payload, module);
            }
            Payload::ImportSection(section) => {
                let body = &module[section.range()];
                let count_bytes = body.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
                let mut data = Vec::new();
                (section.count() + 1).encode(&mut data);
                data.extend_from_slice(&body[count_bytes..]);
                MEMORY.encode(&mut data);
                MEMORY.encode(&mut data);
                EntityType::Memory(memory_type(memory.len())).encode(&mut data);
                out.section(&RawSection { id: 2, data: &data });
            }
            _ => push(&mut out, &payload, module),
        }
    }
    Ok(out.finish())
}

fn push(out: &mut wasm_encoder::Module, payload: &Payload<'_>, module: &[u8]) {
    if let Some((id, range)) = payload.as_section() {
        out.section(&RawSection {
            id,
            data: &module[range],
        });
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
