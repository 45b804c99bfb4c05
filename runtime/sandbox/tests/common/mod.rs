//! What the sandbox's tests share: a sandbox in a temporary folder, an
//! invocation, and guests written in WebAssembly text.
//!
//! Guests are core modules that speak the canonical ABI by hand, so that a
//! test can do what no compiler would let it.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod handlers;
pub(crate) mod node;

use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::Fault;
use hookmill_domain::request::Method;
use hookmill_sandbox::{Config, Invocation, Program, Run, Sandbox, Source, build};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// A sandbox.
pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
}

pub(crate) fn config(dir: &Path) -> Config {
    Config {
        threads: 2,
        ..Config::new(dir)
    }
}

pub(crate) fn fixture() -> Fixture {
    fixture_of(config(&cache_dir()))
}

pub(crate) fn fixture_of(config: Config) -> Fixture {
    let sandbox = Sandbox::start(config).expect("the sandbox starts");
    Fixture { sandbox }
}

/// One folder for all tests, so that the engine is compiled once.
pub(crate) fn cache_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("sandbox-cache")
}

impl Fixture {
    pub(crate) fn guest(&self, body: &str) -> Program {
        self.component(&component(&guest(body)))
    }

    pub(crate) fn component(&self, wasm: &[u8]) -> Program {
        self.sandbox
            .load(Source::Component {
                name: "test.wasm",
                wasm,
            })
            .unwrap_or_else(|error| panic!("{error}: {error:?}"))
    }

    pub(crate) fn run(&self, program: &Program) -> Run {
        self.run_with(program, invocation())
    }

    pub(crate) fn run_with(&self, program: &Program, invocation: Invocation) -> Run {
        self.sandbox
            .run_blocking(program, invocation)
            .expect("the sandbox itself does not fail")
    }

    pub(crate) fn fault(&self, program: &Program, invocation: Invocation) -> Fault {
        let run = self.run_with(program, invocation);
        run.outcome.expect_err("the transform fails")
    }
}

pub(crate) fn invocation() -> Invocation {
    Invocation {
        event_type: "payment.succeeded".into(),
        url: "https://api.example.com/v1/hook".into(),
        method: Method::Post,
        headers: Vec::new(),
        content_type: None,
        payload: Bytes::from_static(
            br#"{"type": "payment.succeeded", "amount": 9007199254740993}"#,
        ),
        event_id: "msg_1".into(),
        delivery_id: "dlv_1".into(),
        received_at: UnixMs(1_700_000_000_123),
        env: Arc::new([("REGION".to_owned(), "eu".to_owned())]),
        params: Bytes::new(),
        caps: SandboxCaps::default(),
    }
}

/// The text of a guest whose `handler` has this body. The body finds the
/// parameters at `$in` and leaves the address of the result; `$echo` makes a
/// result of the webhook as it came in. Memory below 1,024 is free to use.
pub(crate) fn guest(body: &str) -> String {
    guest_with("", body)
}

/// The text of a guest whose `handler` has this body, with further module fields.
pub(crate) fn guest_with(fields: &str, body: &str) -> String {
    format!(
        r#"(module
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (import "hookmill:transform/clock@1.0.0" "now-ms" (func $now (result i64)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 4096))
  (global $count (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get 3)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
      (drop (memory.grow (i32.add (i32.div_u (local.get 3) (i32.const 65536)) (i32.const 1)))))
    (local.get $at))
  (func $echo (param $in i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 0))
    (memory.copy (i32.const 1028) (local.get $in) (i32.const 40))
    (i32.const 1024))
  {fields}
  (func $handler (export "handler") (param $in i32) (result i32)
    {body}))"#
    )
}

/// A component of the world `transform` from a core module's text.
pub(crate) fn component(core: &str) -> Vec<u8> {
    component_of(
        core,
        "package test:guest; world w { include hookmill:transform/transform@1.0.0; }",
    )
}

/// A component of the world `w` that this WIT declares, besides the contract.
pub(crate) fn component_of(core: &str, wit: &str) -> Vec<u8> {
    let mut module = wat::parse_str(core).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    resolve.push_dir(&contract).expect("the contract parses");
    let package = resolve
        .push_str("test.wit", wit)
        .unwrap_or_else(|error| panic!("{error:#}"));
    let world = resolve
        .select_world(&[package], Some("w"))
        .expect("the world exists");
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("the module takes metadata");
    build::component_from_core_module(&module).unwrap_or_else(|error| panic!("{error}"))
}

/// This test program stands in for the `hookmill` binary: cargo builds
/// examples along with tests.
pub(crate) fn worker() -> PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    let target = own
        .parent()
        .and_then(Path::parent)
        .expect("a target folder");
    let worker = target.join("examples/compile_worker");
    assert!(
        worker.is_file(),
        "{} is built with the tests",
        worker.display()
    );
    worker
}

/// Children of this process that ended and were not awaited.
pub(crate) fn zombies() -> usize {
    let own = std::process::id().to_string();
    fs::read_dir("/proc")
        .expect("a Linux machine")
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            let mut fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
            fields.next() == Some("Z") && fields.next() == Some(&own)
        })
        .count()
}

/// A refusal is one sentence about this file, in its owner's terms.
pub(crate) fn plain(name: &str, text: &str) {
    assert!(text.starts_with(name), "{text}");
    assert!(text.trim() == text && !text.contains('\n'), "{text:?}");
    for internal in [
        "pooling",
        "wasmtime",
        "cranelift",
        "panicked",
        "unwrap",
        "::",
        "Some(",
        "Err(",
    ] {
        assert!(!text.contains(internal), "{internal:?} in: {text}");
    }
}
