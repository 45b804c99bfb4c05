//! Compile bombs: components that are hard to read or to compile.
//! Each is compiled in a child within its limits, ends as said here, costs this
//! process little, and leaves the sandbox working.

#[path = "../common/mod.rs"]
mod common;
mod make;

use common::{component, config, fixture_of, guest, invocation, plain, worker};
use hookmill_sandbox::{Breach, ChildLimits, Compile, LoadError, Sandbox, Source};
use nix::sys::resource::{UsageWho, getrusage};
use std::time::{Duration, Instant};

/// Bytes of text that a refusal may have.
const TEXT_BYTES_MAX: usize = 5 << 10;

/// Processor time that this process may spend on a bomb, in a build without
/// optimisation: to look at it, and to load its code.
const OWN_TIME_MAX: Duration = Duration::from_secs(3);

/// Memory that it may need for that: the component as it was uploaded, its code
/// as the child gave it, and once more to load it.
const OWN_KIB_MAX: i64 = 256 << 10;

/// How a bomb ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Loads,
    Malformed,
    DoesNotFit,
    MissingImport,
    CompileFailed,
    /// Stopped at the child's processor time or memory.
    Stopped,
    TooLarge,
    /// The child's stack overflowed, which ends it.
    Crashed,
}

fn end(result: &Result<(), LoadError>) -> End {
    match result {
        Ok(()) => End::Loads,
        Err(LoadError::Malformed { .. }) => End::Malformed,
        Err(LoadError::DoesNotFit { .. }) => End::DoesNotFit,
        Err(LoadError::MissingImport { .. }) => End::MissingImport,
        Err(LoadError::CompileFailed { .. }) => End::CompileFailed,
        Err(LoadError::TooLarge { .. }) => End::TooLarge,
        Err(LoadError::CompileStopped {
            breach: Breach::Memory { .. } | Breach::Processor { .. } | Breach::Wall { .. },
            ..
        }) => End::Stopped,
        Err(LoadError::CompileStopped {
            breach: Breach::Crashed { .. },
            ..
        }) => End::Crashed,
        Err(error) => panic!("{error:?}"),
    }
}

/// What the children were given in these tests: less than by default, to be
/// done sooner.
fn limits() -> ChildLimits {
    ChildLimits {
        address_bytes_max: 2 << 30,
        processor_s_max: 5,
        wall_max: Duration::from_secs(60),
        ..ChildLimits::default()
    }
}

fn sandbox(dir: &std::path::Path) -> Sandbox {
    let mut config = config(dir);
    config.compile = Compile::Child { exe: worker() };
    config.child = limits();
    fixture_of(config).sandbox
}

/// Loads a bomb, and asserts how it ends and what it costs.
fn explode(name: &str, wasm: &[u8], expected: &[End]) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let sandbox = sandbox(dir.path());
    let own = || {
        let usage = getrusage(UsageWho::RUSAGE_SELF).expect("it is known");
        let time = usage.user_time() + usage.system_time();
        (
            Duration::from_micros(time.tv_sec() as u64 * 1_000_000 + time.tv_usec() as u64),
            usage.max_rss(),
        )
    };
    let (time_before, rss_before) = own();
    let begun = Instant::now();
    let result = sandbox.load(Source::Component {
        name: "bomb.wasm",
        wasm,
    });
    let took = begun.elapsed();
    let (time_after, rss_after) = own();
    let own_time = time_after - time_before;
    let children = getrusage(UsageWho::RUSAGE_CHILDREN).expect("it is known");
    let result = result.map(|_| ());
    let text = result.as_ref().err().map(ToString::to_string);
    println!(
        "{name}: {} KiB, {:?} in {took:.1?} ({own_time:.1?} and {} MiB here, at most {} MiB in the child): {}",
        wasm.len() >> 10,
        end(&result),
        (rss_after - rss_before) >> 10,
        children.max_rss() >> 10,
        text.as_deref().unwrap_or_default(),
    );
    assert!(expected.contains(&end(&result)), "{name}: {result:?}");
    if let Some(text) = text {
        assert!(text.len() < TEXT_BYTES_MAX, "{name}: {} bytes", text.len());
        plain("bomb.wasm", &text);
    }
    assert!(own_time < OWN_TIME_MAX, "{name}: {own_time:?} of our own");
    let kib_max = i64::try_from(limits().address_bytes_max >> 10).expect("a size");
    assert!(children.max_rss() <= kib_max, "{name}");
    let own_kib = rss_after - rss_before;
    assert!(own_kib < OWN_KIB_MAX, "{name}: {own_kib} KiB of our own");
    let echo = component(&guest("(call $echo (local.get $in))"));
    let echo = sandbox.load(Source::Component {
        name: "echo.wasm",
        wasm: &echo,
    });
    let run = sandbox.run_blocking(&echo.expect("it loads"), invocation());
    assert!(run.expect("it runs").outcome.is_ok(), "{name}");
}

macro_rules! bombs {
    ($($name:ident: $make:ident($($size:expr),+) => $($end:ident)|+;)*) => {
        $(#[test]
        fn $name() {
            explode(stringify!($name), &make::$make($($size),+), &[$(End::$end),+]);
        })*
    };
}

bombs! {
    a_million_functions: many_functions(1_000_000) => Loads | Stopped;
    a_function_too_many: many_functions(1_000_001) => Malformed;
    functions_of_very_many_locals: many_locals(30, 40_000) => Loads | Stopped;
    a_local_too_many: many_locals(1, 50_001) => Malformed;
    very_deep_blocks: deep_blocks(1_000_000) => Loads | Stopped;
    very_deep_loops: deep_loops(20_000) => Loads | Stopped | CompileFailed;
    very_long_jump_tables: long_jump_tables(100, 60_000) => Loads | Stopped | Malformed;
    a_very_long_function: long_function(2_500_000) => Loads | Stopped | CompileFailed;
    large_data: large_data(45 << 20) => Loads;
    a_large_custom_section: large_custom_section(49 << 20) => Loads;
    more_than_may_be_loaded: large_custom_section(50 << 20) => TooLarge;
    a_million_types: many_types(900_000) => Loads | Malformed | Stopped;
    a_million_component_types: many_component_types(900_000) => Loads | Malformed | Stopped;
    a_million_core_types: many_core_types(900_000) => Loads | Malformed | Stopped;
    types_that_double: doubled_types(64) => Malformed;
    very_deep_types: deep_types(5_000) => Malformed | Loads | Stopped;
    components_in_components: nested_components(5_000) => Malformed | Stopped | Loads;
    component_types_in_component_types: nested_component_types(5_000) => Malformed | Crashed;
    very_many_exports: many_exports(900_000) => Loads | Malformed | Stopped;
    very_many_imports: many_imports(900_000) => Loads | Malformed | Stopped;
    a_very_long_name: long_import_name(90_000) => MissingImport;
    a_name_that_is_too_long: long_import_name(200_000) => Malformed;
    a_table_of_constants: many_elements(100_000) => Loads;
    very_many_elements: many_elements(9_000_000) => Loads | Malformed | Stopped;
    very_many_globals: many_globals(900_000) => CompileFailed;
    very_many_modules: many_modules(900) => Loads;
    modules_too_many: many_modules(1_001) => Malformed;
    instances_too_many: many_instances(201) => CompileFailed;
    a_very_large_instance: large_instance(900_000) => CompileFailed;
    memories_too_many: many_memories(8) => DoesNotFit;
    tables_too_many: many_tables(65) => DoesNotFit;
}
