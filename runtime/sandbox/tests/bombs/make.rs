//! Components that are made to be hard on their readers: valid or almost
//! so, and as large, deep or many as the format and the size limit allow.
//!
//! Made by code, because they are large. Each is a small component that works,
//! followed by sections that nobody needs.

use crate::common::{component, guest};
use wasm_encoder::{
    BlockType, CodeSection, Component, ComponentSection, ComponentTypeSection, ConstExpr,
    CoreTypeSection, CustomSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction, MemorySection, MemoryType, Module, ModuleArg, ModuleSection,
    NestedComponentSection, PrimitiveValType, RefType, TableSection, TableType, TypeSection,
    ValType,
};

/// A component that works, and these sections behind it.
fn with(sections: &[&dyn ComponentSection]) -> Vec<u8> {
    let mut bytes = component(&guest("(call $echo (local.get $in))"));
    for section in sections {
        section.append_to_component(&mut bytes);
    }
    bytes
}

/// A component that works, with one core module more.
fn with_module(module: &Module) -> Vec<u8> {
    with(&[&ModuleSection(module)])
}

/// A module of so many functions, each with this code.
fn module_of(count: u32, function: &Function) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..count {
        functions.function(0);
        code.function(function);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    module
}

fn function(instructions: impl IntoIterator<Item = Instruction<'static>>) -> Function {
    let mut function = Function::new([]);
    for instruction in instructions {
        function.instruction(&instruction);
    }
    function.instruction(&Instruction::End);
    function
}

pub(crate) fn many_functions(count: u32) -> Vec<u8> {
    with_module(&module_of(count, &function([])))
}

pub(crate) fn many_locals(functions: u32, locals: u32) -> Vec<u8> {
    let mut function = Function::new([(locals, ValType::I64)]);
    for local in 0..locals {
        function.instruction(&Instruction::LocalGet(locals - 1 - local));
        function.instruction(&Instruction::LocalSet(local));
    }
    function.instruction(&Instruction::End);
    with_module(&module_of(functions, &function))
}

pub(crate) fn deep_blocks(depth: usize) -> Vec<u8> {
    let open = std::iter::repeat_n(Instruction::Block(BlockType::Empty), depth);
    let close = std::iter::repeat_n(Instruction::End, depth);
    with_module(&module_of(1, &function(open.chain(close))))
}

/// Loops in loops, with a value that all of them change.
pub(crate) fn deep_loops(depth: u32) -> Vec<u8> {
    let mut function = Function::new([(1, ValType::I32)]);
    for _ in 0..depth {
        function.instruction(&Instruction::Loop(BlockType::Empty));
    }
    for level in 0..depth {
        for instruction in [
            Instruction::LocalGet(0),
            Instruction::I32Const(1),
            Instruction::I32Add,
            Instruction::LocalTee(0),
            Instruction::BrIf((depth - level - 1).min(7)),
            Instruction::End,
        ] {
            function.instruction(&instruction);
        }
    }
    function.instruction(&Instruction::End);
    with_module(&module_of(1, &function))
}

pub(crate) fn long_jump_tables(count: usize, targets: usize) -> Vec<u8> {
    let labels: Vec<u32> = (0..targets).map(|target| (target % 64) as u32).collect();
    let mut function = Function::new([]);
    for _ in 0..64 {
        function.instruction(&Instruction::Block(BlockType::Empty));
    }
    for _ in 0..count {
        function.instruction(&Instruction::I32Const(3));
        function.instruction(&Instruction::BrTable(labels.as_slice().into(), 0));
    }
    for _ in 0..=64 {
        function.instruction(&Instruction::End);
    }
    with_module(&module_of(1, &function))
}

/// A function of so many instructions, one after the other, on one value.
pub(crate) fn long_function(instructions: usize) -> Vec<u8> {
    let start = [Instruction::I32Const(1)];
    let step = [
        Instruction::I32Const(3),
        Instruction::I32Mul,
        Instruction::I32Clz,
    ];
    let steps = std::iter::repeat_n(step, instructions / 3).flatten();
    let code = start.into_iter().chain(steps).chain([Instruction::Drop]);
    with_module(&module_of(1, &function(code)))
}

pub(crate) fn large_data(bytes: usize) -> Vec<u8> {
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1_000,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), vec![0xa5; bytes]);
    let mut module = Module::new();
    module.section(&memories).section(&data);
    with_module(&module)
}

pub(crate) fn large_custom_section(bytes: usize) -> Vec<u8> {
    with(&[&CustomSection {
        name: "name".into(),
        data: vec![0; bytes].into(),
    }])
}

pub(crate) fn many_types(count: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    for number in 0..count {
        let bit = |at: u32| [ValType::I32, ValType::I64][(number >> at & 1) as usize];
        types.ty().function((0..20).map(bit), []);
    }
    let mut module = Module::new();
    module.section(&types);
    with_module(&module)
}

pub(crate) fn many_component_types(count: u32) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    for _ in 0..count {
        types.defined_type().primitive(PrimitiveValType::String);
    }
    with(&[&types])
}

/// Tuples of tuples: each has twice as many members as the one before.
pub(crate) fn doubled_types(times: u32) -> Vec<u8> {
    // The types that the component has already come first.
    let first = types_of(&with(&[]));
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U64);
    for time in 0..times {
        let inner = wasm_encoder::ComponentValType::Type(first + time);
        types.defined_type().tuple([inner, inner]);
    }
    with(&[&types])
}

/// Types that the outermost component defines.
fn types_of(wasm: &[u8]) -> u32 {
    let mut validator = wasmparser::Validator::new_with_features(
        wasmparser::WasmFeatures::default() | wasmparser::WasmFeatures::COMPONENT_MODEL,
    );
    let mut count = 0;
    for payload in wasmparser::Parser::new(0).parse_all(wasm) {
        let payload = payload.expect("a component");
        validator.payload(&payload).expect("a valid component");
        if let Some(types) = validator.types(0) {
            count = types.component_type_count();
        }
    }
    count
}

/// Lists of lists.
pub(crate) fn deep_types(depth: u32) -> Vec<u8> {
    let first = types_of(&with(&[]));
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U64);
    for level in 0..depth {
        let inner = wasm_encoder::ComponentValType::Type(first + level);
        types.defined_type().list(inner);
    }
    with(&[&types])
}

pub(crate) fn nested_components(depth: usize) -> Vec<u8> {
    let mut inner = Component::new();
    for _ in 1..depth {
        let mut outer = Component::new();
        outer.section(&NestedComponentSection(&inner));
        inner = outer;
    }
    with(&[&NestedComponentSection(&inner)])
}

/// Component types in component types.
pub(crate) fn nested_component_types(depth: usize) -> Vec<u8> {
    let mut inner = wasm_encoder::ComponentType::new();
    for _ in 1..depth {
        let mut outer = wasm_encoder::ComponentType::new();
        outer.ty().component(&inner);
        inner = outer;
    }
    let mut types = ComponentTypeSection::new();
    types.component(&inner);
    with(&[&types])
}

pub(crate) fn many_exports(count: u32) -> Vec<u8> {
    let mut exports = ExportSection::new();
    for number in 0..count {
        exports.export(&format!("e{number}"), ExportKind::Func, 0);
    }
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut code = CodeSection::new();
    code.function(&function([]));
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&exports)
        .section(&code);
    with_module(&module)
}

pub(crate) fn many_imports(count: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut imports = ImportSection::new();
    for number in 0..count {
        imports.import("m", &format!("i{number}"), EntityType::Function(0));
    }
    let mut module = Module::new();
    module.section(&types).section(&imports);
    with_module(&module)
}

/// A component that imports an interface with a name of so many bytes.
pub(crate) fn long_import_name(bytes: usize) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.instance(&wasm_encoder::InstanceType::new());
    let mut imports = wasm_encoder::ComponentImportSection::new();
    let name = format!("evil:{}/x@1.0.0", "n".repeat(bytes));
    imports.import(&name, wasm_encoder::ComponentTypeRef::Instance(0));
    let mut component = Component::new();
    component.section(&types).section(&imports);
    component.finish()
}

pub(crate) fn many_elements(count: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 100_000,
        maximum: None,
        shared: false,
    });
    let mut elements = ElementSection::new();
    let all = vec![0; count as usize];
    elements.active(
        None,
        &ConstExpr::i32_const(0),
        Elements::Functions(all.into()),
    );
    let mut code = CodeSection::new();
    code.function(&function([]));
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&tables)
        .section(&elements)
        .section(&code);
    with_module(&module)
}

fn globals(count: u32) -> Module {
    let mut globals = GlobalSection::new();
    let ty = GlobalType {
        val_type: ValType::I64,
        mutable: true,
        shared: false,
    };
    for _ in 0..count {
        globals.global(ty, &ConstExpr::i64_const(7));
    }
    let mut module = Module::new();
    module.section(&globals);
    module
}

pub(crate) fn many_globals(count: u32) -> Vec<u8> {
    with_module(&globals(count))
}

pub(crate) fn many_modules(count: usize) -> Vec<u8> {
    let module = module_of(10, &function([]));
    let section = ModuleSection(&module);
    let sections: Vec<&dyn ComponentSection> = (0..count)
        .map(|_| &section as &dyn ComponentSection)
        .collect();
    with(&sections)
}

/// A module, and so many instances of it.
fn instances(module: &Module, count: u32) -> Vec<u8> {
    let base = with(&[]);
    let modules = wasmparser::Parser::new(0)
        .parse_all(&base)
        .filter(|payload| matches!(payload, Ok(wasmparser::Payload::ModuleSection { .. })))
        .count();
    let mut section = wasm_encoder::InstanceSection::new();
    for _ in 0..count {
        let no_arguments: [(&str, ModuleArg); 0] = [];
        section.instantiate(modules as u32, no_arguments);
    }
    with(&[&ModuleSection(module), &section])
}

pub(crate) fn many_instances(count: u32) -> Vec<u8> {
    instances(&Module::new(), count)
}

pub(crate) fn large_instance(count: u32) -> Vec<u8> {
    instances(&globals(count), 1)
}

pub(crate) fn many_memories(count: u32) -> Vec<u8> {
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module.section(&memories);
    instances(&module, count)
}

pub(crate) fn many_tables(count: u32) -> Vec<u8> {
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 1,
        maximum: None,
        shared: false,
    });
    let mut module = Module::new();
    module.section(&tables);
    instances(&module, count)
}

pub(crate) fn many_core_types(count: u32) -> Vec<u8> {
    let mut types = CoreTypeSection::new();
    for _ in 0..count {
        types.ty().core().function([], []);
    }
    with(&[&types])
}
