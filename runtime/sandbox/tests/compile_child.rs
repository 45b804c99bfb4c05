//! The child that compiles what strangers gave: what it can't do, how it ends
//! at each limit, and what it leaves behind (nothing).

mod common;

use common::{component, config, fixture_of, guest, guest_with, invocation, worker, zombies};
use hookmill_sandbox::{Breach, ChildLimits, Compile, LoadError, Program, Sandbox, Source, probe};
use rustix::io::{FdFlags, fcntl_setfd};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A guest that does nothing.
const ECHO: &str = "(call $echo (local.get $in))";

/// A sandbox that compiles in children with these limits, in an empty folder.
fn sandbox(dir: &Path, exe: PathBuf, child: ChildLimits) -> Sandbox {
    let mut config = config(dir);
    config.compile = Compile::Child { exe };
    config.child = child;
    fixture_of(config).sandbox
}

fn load(sandbox: &Sandbox, wasm: &[u8]) -> Result<Program, LoadError> {
    let name = "x.wasm";
    sandbox.load(Source::Component { name, wasm })
}

/// A component with a function that is hard to compile: so many blocks, each of
/// which jumps out of all of those around it.
fn slow(functions: usize) -> Vec<u8> {
    let function = format!(
        "(func (param i32) (result i32) {} (local.get 0))\n",
        "(local.set 0 (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.load (local.get 0))))\n"
            .repeat(400)
    );
    component(&guest_with(&function.repeat(functions), ECHO))
}

/// The limit at which compiling ends.
fn breach(child: ChildLimits, wasm: &[u8]) -> (Breach, String) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let sandbox = sandbox(dir.path(), worker(), child);
    let error = load(&sandbox, wasm).expect_err("it is stopped");
    assert_eq!(entries(dir.path()), Vec::<PathBuf>::new());
    assert_eq!(zombies(), 0);
    // The sandbox goes on.
    let text = error.to_string();
    let LoadError::CompileStopped { breach, .. } = error else {
        panic!("{error:?}")
    };
    (breach, text)
}

fn entries(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

#[test]
fn a_child_can_do_nothing_but_its_job() {
    // A descriptor that a careless parent would hand on.
    let leaked = fs::File::open("/dev/null").expect("a file");
    fcntl_setfd(&leaked, FdFlags::empty()).expect("it stays open in children");
    let probe = probe(&worker()).expect("the child answers");
    if !probe.is_confined {
        hookmill_peer::missing("this system does not let a process give up its privileges");
        return;
    }
    assert!(probe.steps.len() >= 9, "{probe:?}");
    assert_eq!(probe.leaks().collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn a_child_compiles_the_same_bytes() {
    let (own, child) = (tempfile::tempdir(), tempfile::tempdir());
    let (own, child) = (own.expect("a folder"), child.expect("a folder"));
    let wasm = component(&guest(ECHO));
    fixture_of(config(own.path())).component(&wasm);
    let sandbox = sandbox(child.path(), worker(), ChildLimits::default());
    let program = load(&sandbox, &wasm).expect("it compiles");
    let run = sandbox.run_blocking(&program, invocation());
    assert!(run.expect("it runs").outcome.is_ok());
    let (own, child) = (entries(own.path()), entries(child.path()));
    assert_eq!(own[0].file_name(), child[0].file_name());
    assert_eq!(
        fs::read(&own[0]).expect("one"),
        fs::read(&child[0]).expect("other")
    );
    assert_eq!(zombies(), 0);
}

#[test]
fn too_much_memory_is_named() {
    let child = ChildLimits {
        address_bytes_max: 96 << 20,
        ..ChildLimits::default()
    };
    let (breach, text) = breach(child, &slow(600));
    let bytes_max = 96 << 20;
    assert_eq!(breach, Breach::Memory { bytes_max }, "{text}");
    assert!(text.contains("more than 96 MiB of memory"), "{text}");
    assert!(text.contains("make it smaller"), "{text}");
}

#[test]
fn too_much_processor_time_is_named() {
    let child = ChildLimits {
        processor_s_max: 1,
        // A busy machine may take long to give a child one second.
        wall_max: Duration::from_secs(3_600),
        ..ChildLimits::default()
    };
    let (breach, text) = breach(child, &slow(600));
    assert_eq!(breach, Breach::Processor { seconds_max: 1 }, "{text}");
    assert!(text.contains("more than 1 s of processor time"), "{text}");
}

#[test]
fn too_long_a_time_is_named() {
    let wall_max = Duration::from_millis(100);
    let child = ChildLimits {
        wall_max,
        ..ChildLimits::default()
    };
    // Far more than a processor does in that time, lengthened or not.
    let (breach, text) = breach(child, &slow(3_000));
    assert_eq!(breach, Breach::Wall { wall_max }, "{text}");
    assert!(text.contains("longer than 100ms"), "{text}");
}

#[test]
fn too_much_code_is_named() {
    let child = ChildLimits {
        output_bytes_max: 10_000,
        ..ChildLimits::default()
    };
    let (breach, text) = breach(child, &component(&guest(ECHO)));
    let bytes_max = 10_000;
    assert_eq!(breach, Breach::Output { bytes_max }, "{text}");
}

#[test]
fn a_breach_leaves_the_sandbox_working() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let child = ChildLimits {
        processor_s_max: 1,
        ..ChildLimits::default()
    };
    let sandbox = sandbox(dir.path(), worker(), child);
    load(&sandbox, &slow(600)).expect_err("it is stopped");
    let program = load(&sandbox, &component(&guest(ECHO))).expect("it compiles");
    let run = sandbox.run_blocking(&program, invocation());
    assert!(run.expect("it runs").outcome.is_ok());
}

#[test]
fn a_refusal_comes_through_the_child_as_it_is() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let sandbox = sandbox(dir.path(), worker(), ChildLimits::default());
    let threads = wat::parse_str(
        r#"(component (core module (memory 1 1 shared))
          (core module $e (func (export "f") (result i32) (i32.const 0)))
          (core instance $i (instantiate $e))
          (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#,
    );
    let error = load(&sandbox, &threads.expect("a component")).expect_err("threads are off");
    assert!(
        matches!(
            error,
            LoadError::NeedsFeature {
                feature: "threads",
                ..
            }
        ),
        "{error:?}"
    );
    let damaged = wat::parse_str(
        r#"(component (core module (func (result i32)))
          (core module $e (func (export "f") (result i32) (i32.const 0)))
          (core instance $i (instantiate $e))
          (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#,
    );
    let error = load(&sandbox, &damaged.expect("a component")).expect_err("it is invalid");
    assert!(matches!(error, LoadError::Malformed { .. }), "{error:?}");
}

#[test]
fn a_program_that_is_not_a_worker_is_our_failure_and_leaves_nothing() {
    let table = [
        ("/nowhere/hookmill", "does not start"),
        ("/bin/false", "ended too early"),
        ("/bin/true", "ended too early"),
    ];
    for (exe, expected) in table {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let sandbox = sandbox(dir.path(), exe.into(), ChildLimits::default());
        let error = load(&sandbox, &component(&guest(ECHO))).expect_err("no compiler");
        let LoadError::Unavailable { source, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(source.to_string().contains(expected), "{exe}: {source}");
        assert_eq!(entries(dir.path()), Vec::<PathBuf>::new());
    }
    assert_eq!(zombies(), 0);
}
