//! One file of the specification's tests, directive by directive.

use std::collections::HashMap;
use wasmtime::{
    Engine, Extern, Func, Global, GlobalType, Instance, Linker, Memory, MemoryType, Module,
    Mutability, Ref, RefType, Result, Store, Table, TableType, Trap, V128, Val, ValType,
};
use wast::core::{NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::token::{F32, F64, Id};
use wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet};

/// Fuel of all of a file's calls together.
const FUEL: u64 = u64::MAX / 2;

/// What came of all files.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    /// What needs a module that uses what is switched off.
    pub(crate) skipped: usize,
    pub(crate) failures: Vec<String>,
}

/// How a directive ended.
enum End {
    Passed,
    Skipped,
    Failed(String),
}

/// A file while it is run.
pub(crate) struct Script<'t> {
    name: &'t str,
    text: &'t str,
    store: Store<()>,
    linker: Linker<()>,
    /// The latest module; none when it uses what is switched off.
    current: Option<Instance>,
    named: HashMap<String, Option<Instance>>,
}

impl<'t> Script<'t> {
    pub(crate) fn new(engine: &Engine, name: &'t str, text: &'t str) -> Self {
        let mut store = Store::new(engine, ());
        store.set_fuel(FUEL).expect("fuel is on");
        store.set_epoch_deadline(u64::MAX / 2);
        let mut linker = Linker::new(engine);
        linker.allow_shadowing(true);
        spectest(&mut store, &mut linker).expect("the host module is right");
        Self {
            name,
            text,
            store,
            linker,
            current: None,
            named: HashMap::new(),
        }
    }

    pub(crate) fn perform(&mut self, directive: WastDirective<'_>, tally: &mut Tally) {
        let line = directive.span().linecol_in(self.text).0 + 1;
        match self.end(directive) {
            End::Passed => tally.passed += 1,
            End::Skipped => tally.skipped += 1,
            End::Failed(why) => tally.failures.push(format!("{}:{line}: {why}", self.name)),
        }
    }

    fn end(&mut self, directive: WastDirective<'_>) -> End {
        match directive {
            WastDirective::Module(module) => self.module(module),
            WastDirective::Register { name, module, .. } => match self.instance(module) {
                Some(instance) => {
                    let linked = self.linker.instance(&mut self.store, name, instance);
                    linked.map_or_else(|error| End::Failed(error.to_string()), |_| End::Passed)
                }
                None => End::Skipped,
            },
            WastDirective::Invoke(invoke) => self.returns(WastExecute::Invoke(invoke), None),
            WastDirective::AssertReturn { exec, results, .. } => self.returns(exec, Some(&results)),
            WastDirective::AssertTrap { exec, .. } => self.traps(exec, |trap| {
                !matches!(trap, Trap::OutOfFuel | Trap::Interrupt)
            }),
            WastDirective::AssertExhaustion { call, .. } => self
                .traps(WastExecute::Invoke(call), |trap| {
                    trap == Trap::StackOverflow
                }),
            WastDirective::AssertInvalid { module, .. }
            | WastDirective::AssertMalformed { module, .. } => self.refuses(module),
            WastDirective::AssertUnlinkable { module, .. } => {
                match self.instantiate(QuoteWat::Wat(module)) {
                    Some(Err(_)) => End::Passed,
                    Some(Ok(_)) => End::Failed("it links".to_owned()),
                    None => End::Skipped,
                }
            }
            _ => End::Skipped,
        }
    }

    fn module(&mut self, module: QuoteWat<'_>) -> End {
        let name = module.name().map(|id| id.name().to_owned());
        let (end, instance) = match self.instantiate(module) {
            Some(Ok(instance)) => (End::Passed, Some(instance)),
            Some(Err(error)) => (End::Failed(format!("{error:#}")), None),
            None => (End::Skipped, None),
        };
        self.current = instance;
        if let Some(name) = name {
            self.named.insert(name, instance);
        }
        end
    }

    fn instance(&self, name: Option<Id<'_>>) -> Option<Instance> {
        let named = |name: Id<'_>| self.named.get(name.name()).copied().flatten();
        name.map_or(self.current, named)
    }

    /// None when the module uses what is switched off.
    fn instantiate(&mut self, mut module: QuoteWat<'_>) -> Option<Result<Instance>> {
        let bytes = match module.encode() {
            Ok(bytes) => bytes,
            Err(error) => return Some(Err(wasmtime::Error::msg(error.to_string()))),
        };
        if needs_host_references(&bytes) {
            return None;
        }
        let compiled = Module::new(self.store.engine(), bytes);
        Some(compiled.and_then(|module| self.linker.instantiate(&mut self.store, &module)))
    }

    fn refuses(&self, module: QuoteWat<'_>) -> End {
        let QuoteWat::Wat(mut module) = module else {
            return End::Skipped;
        };
        match module
            .encode()
            .map(|bytes| Module::new(self.store.engine(), bytes))
        {
            Ok(Ok(_)) => End::Failed("it is accepted".to_owned()),
            Ok(Err(_)) | Err(_) => End::Passed,
        }
    }

    /// The results; none when the module is not there.
    fn execute(&mut self, exec: WastExecute<'_>) -> Option<Result<Vec<Val>>> {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke),
            WastExecute::Wat(module) => {
                let made = self.instantiate(QuoteWat::Wat(module))?;
                Some(made.map(|_| Vec::new()))
            }
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                let global = instance.get_global(&mut self.store, global)?;
                Some(Ok(vec![global.get(&mut self.store)]))
            }
        }
    }

    fn invoke(&mut self, invoke: WastInvoke<'_>) -> Option<Result<Vec<Val>>> {
        let instance = self.instance(invoke.module)?;
        let function = instance.get_func(&mut self.store, invoke.name)?;
        let arguments: Option<Vec<Val>> = invoke.args.iter().map(value).collect();
        let count = function.ty(&self.store).results().len();
        let mut results = vec![Val::I32(0); count];
        let called = function.call(&mut self.store, &arguments?, &mut results);
        Some(called.map(|()| results))
    }

    fn returns(&mut self, exec: WastExecute<'_>, expected: Option<&[WastRet<'_>]>) -> End {
        let results = match self.execute(exec) {
            Some(Ok(results)) => results,
            Some(Err(error)) => return End::Failed(format!("{error:#}")),
            None => return End::Skipped,
        };
        let Some(expected) = expected else {
            return End::Passed;
        };
        let same = expected.len() == results.len()
            && expected.iter().zip(&results).all(|(expected, found)| {
                matches!(expected, WastRet::Core(expected) if is(expected, found))
            });
        if same {
            End::Passed
        } else {
            End::Failed(format!("{results:?}, not {expected:?}"))
        }
    }

    fn traps(&mut self, exec: WastExecute<'_>, right: impl Fn(Trap) -> bool) -> End {
        match self.execute(exec) {
            Some(Err(error)) if error.downcast_ref::<Trap>().copied().is_some_and(right) => {
                End::Passed
            }
            Some(Err(error)) => End::Failed(format!("another trap: {error:#}")),
            Some(Ok(results)) => End::Failed(format!("no trap: {results:?}")),
            None => End::Skipped,
        }
    }
}

/// References to the host's values need a garbage collector, which is left out.
fn needs_host_references(wasm: &[u8]) -> bool {
    use wasmparser::{Validator, WasmFeatures};
    let valid = |features| {
        Validator::new_with_features(features)
            .validate_all(wasm)
            .is_ok()
    };
    valid(WasmFeatures::WASM3) && !valid(WasmFeatures::WASM3 & !WasmFeatures::GC_TYPES)
}

/// What the tests' modules may import from `spectest`.
fn spectest(store: &mut Store<()>, linker: &mut Linker<()>) -> Result<()> {
    let engine = store.engine().clone();
    for (name, parameters) in [
        ("print", vec![]),
        ("print_i32", vec![ValType::I32]),
        ("print_i64", vec![ValType::I64]),
        ("print_f32", vec![ValType::F32]),
        ("print_f64", vec![ValType::F64]),
        ("print_i32_f32", vec![ValType::I32, ValType::F32]),
        ("print_f64_f64", vec![ValType::F64, ValType::F64]),
    ] {
        let ty = wasmtime::FuncType::new(&engine, parameters, []);
        let function = Func::new(&mut *store, ty, |_, _, _| Ok(()));
        linker.define(&*store, "spectest", name, function)?;
    }
    for (name, value) in [
        ("global_i32", Val::I32(666)),
        ("global_i64", Val::I64(666)),
        ("global_f32", Val::F32(666.6_f32.to_bits())),
        ("global_f64", Val::F64(666.6_f64.to_bits())),
    ] {
        let ty = GlobalType::new(value.ty(&*store)?, Mutability::Const);
        let global = Global::new(&mut *store, ty, value)?;
        linker.define(&*store, "spectest", name, global)?;
    }
    let table = TableType::new(RefType::FUNCREF, 10, Some(20));
    let table = Table::new(&mut *store, table, Ref::Func(None))?;
    linker.define(&*store, "spectest", "table", table)?;
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)))?;
    linker.define(&*store, "spectest", "memory", Extern::Memory(memory))?;
    Ok(())
}

fn value(argument: &WastArg<'_>) -> Option<Val> {
    let WastArg::Core(argument) = argument else {
        return None;
    };
    Some(match argument {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::F32(value) => Val::F32(value.bits),
        WastArgCore::F64(value) => Val::F64(value.bits),
        WastArgCore::V128(value) => Val::V128(V128::from(u128::from_le_bytes(value.to_le_bytes()))),
        WastArgCore::RefNull(_) => Val::FuncRef(None),
        _ => return None,
    })
}

fn is(expected: &WastRetCore<'_>, found: &Val) -> bool {
    match (expected, found) {
        (WastRetCore::I32(expected), Val::I32(found)) => expected == found,
        (WastRetCore::I64(expected), Val::I64(found)) => expected == found,
        (WastRetCore::F32(expected), Val::F32(found)) => is_f32(expected, *found),
        (WastRetCore::F64(expected), Val::F64(found)) => is_f64(expected, *found),
        (WastRetCore::V128(expected), Val::V128(found)) => is_v128(expected, found.as_u128()),
        (WastRetCore::RefNull(_), Val::FuncRef(found)) => found.is_none(),
        (WastRetCore::RefFunc(None), Val::FuncRef(found)) => found.is_some(),
        (WastRetCore::Either(expected), found) => expected.iter().any(|one| is(one, found)),
        _ => false,
    }
}

fn is_f32(expected: &NanPattern<F32>, bits: u32) -> bool {
    const QUIET: u32 = 0x7fc0_0000;
    match expected {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == QUIET,
        NanPattern::ArithmeticNan => bits & QUIET == QUIET,
        NanPattern::Value(expected) => bits == expected.bits,
    }
}

fn is_f64(expected: &NanPattern<F64>, bits: u64) -> bool {
    const QUIET: u64 = 0x7ff8_0000_0000_0000;
    match expected {
        NanPattern::CanonicalNan => bits & (u64::MAX >> 1) == QUIET,
        NanPattern::ArithmeticNan => bits & QUIET == QUIET,
        NanPattern::Value(expected) => bits == expected.bits,
    }
}

fn is_v128(expected: &V128Pattern, bits: u128) -> bool {
    let lane = |index: usize, size: usize| bits >> (index * size * 8);
    match expected {
        V128Pattern::I8x16(lanes) => same(lanes, |at| lane(at, 1) as i8),
        V128Pattern::I16x8(lanes) => same(lanes, |at| lane(at, 2) as i16),
        V128Pattern::I32x4(lanes) => same(lanes, |at| lane(at, 4) as i32),
        V128Pattern::I64x2(lanes) => same(lanes, |at| lane(at, 8) as i64),
        V128Pattern::F32x4(lanes) => {
            let mut lanes = lanes.iter().enumerate();
            lanes.all(|(at, expected)| is_f32(expected, lane(at, 4) as u32))
        }
        V128Pattern::F64x2(lanes) => {
            let mut lanes = lanes.iter().enumerate();
            lanes.all(|(at, expected)| is_f64(expected, lane(at, 8) as u64))
        }
    }
}

fn same<T: PartialEq>(expected: &[T], found: impl Fn(usize) -> T) -> bool {
    let mut lanes = expected.iter().enumerate();
    lanes.all(|(at, expected)| *expected == found(at))
}
