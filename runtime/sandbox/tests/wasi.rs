//! WASI 0.2 has nothing behind it: each way to the machine is tried, and each
//! leads nowhere. Versions are mixed, because toolchains are.

mod common;

use common::{component_of, fixture, invocation};
use hookmill_domain::fault::FaultCode;

const WIT: &str = "
package test:guest;
world w {
  include hookmill:transform/transform@1.0.0;
  import wasi:io/error@0.2.0;
  import wasi:io/poll@0.2.0;
  import wasi:io/streams@0.2.0;
  import wasi:clocks/wall-clock@0.2.3;
  import wasi:clocks/monotonic-clock@0.2.3;
  import wasi:random/random@0.2.9;
  import wasi:cli/environment@0.2.99;
  import wasi:cli/exit@0.2.99;
  import wasi:cli/stdout@0.2.99;
  import wasi:cli/stderr@0.2.99;
  import wasi:filesystem/preopens@0.2.1;
  import wasi:sockets/tcp-create-socket@0.2.2;
}
package wasi:io@0.2.0 {
  interface error { resource error; }
  interface poll { resource pollable { block: func(); ready: func() -> bool; } }
  interface streams {
    use error.{error};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream {
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
    }
  }
}
package wasi:clocks@0.2.3 {
  interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
  interface monotonic-clock {
    use wasi:io/poll@0.2.0.{pollable};
    now: func() -> u64;
    subscribe-duration: func(when: u64) -> pollable;
  }
}
package wasi:random@0.2.9 { interface random { get-random-u64: func() -> u64; } }
package wasi:cli@0.2.99 {
  interface environment {
    get-environment: func() -> list<tuple<string, string>>;
    get-arguments: func() -> list<string>;
  }
  interface exit { exit: func(status: result); }
  interface stdout { use wasi:io/streams@0.2.0.{output-stream}; get-stdout: func() -> output-stream; }
  interface stderr { use wasi:io/streams@0.2.0.{output-stream}; get-stderr: func() -> output-stream; }
}
package wasi:filesystem@0.2.1 {
  interface types { resource descriptor; }
  interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
}
package wasi:sockets@0.2.2 {
  interface network {
    enum error-code { unknown, access-denied, not-supported, invalid-argument, out-of-memory,
      timeout, concurrency-conflict, not-in-progress, would-block, invalid-state,
      new-socket-limit, address-not-bindable, address-in-use, remote-unreachable,
      connection-refused, connection-reset, connection-aborted, datagram-too-large,
      name-unresolvable, temporary-resolver-failure, permanent-resolver-failure }
    enum ip-address-family { ipv4, ipv6 }
  }
  interface tcp { resource tcp-socket; }
  interface tcp-create-socket {
    use network.{error-code, ip-address-family};
    use tcp.{tcp-socket};
    create-tcp-socket: func(address-family: ip-address-family) -> result<tcp-socket, error-code>;
  }
}";

const IMPORTS: &str = r#"(module
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $print (param i32 i32 i32 i32)))
  (import "wasi:clocks/wall-clock@0.2.3" "now" (func $wall (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.3" "now" (func $monotonic (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.3" "subscribe-duration" (func $sleep (param i64) (result i32)))
  (import "wasi:random/random@0.2.9" "get-random-u64" (func $random (result i64)))
  (import "wasi:cli/environment@0.2.99" "get-environment" (func $environment (param i32)))
  (import "wasi:cli/environment@0.2.99" "get-arguments" (func $arguments (param i32)))
  (import "wasi:cli/exit@0.2.99" "exit" (func $exit (param i32)))
  (import "wasi:cli/stdout@0.2.99" "get-stdout" (func $stdout (result i32)))
  (import "wasi:cli/stderr@0.2.99" "get-stderr" (func $stderr (result i32)))
  (import "wasi:filesystem/preopens@0.2.1" "get-directories" (func $directories (param i32)))
  (import "wasi:sockets/tcp-create-socket@0.2.2" "create-tcp-socket" (func $socket (param i32 i32)))
"#;

fn guest(body: &str) -> Vec<u8> {
    let core = common::guest(body).replacen("(module\n", IMPORTS, 1);
    component_of(&core, WIT)
}

#[test]
fn every_way_to_the_machine_leads_nowhere() {
    let fixture = fixture();
    let table = [
        (
            "no environment",
            "(call $environment (i32.const 8)) (i32.load (i32.const 12))",
            0,
        ),
        (
            "no arguments",
            "(call $arguments (i32.const 8)) (i32.load (i32.const 12))",
            0,
        ),
        (
            "no files",
            "(call $directories (i32.const 8)) (i32.load (i32.const 12))",
            0,
        ),
        (
            "no sockets",
            "(call $socket (i32.const 0) (i32.const 8)) (i32.load8_u (i32.const 8))",
            1,
        ),
        (
            "for lack of access",
            "(call $socket (i32.const 0) (i32.const 8)) (i32.load8_u (i32.const 12))",
            1,
        ),
        (
            "the event's second",
            "(call $wall (i32.const 8)) (i32.load (i32.const 8))",
            1_700_000_000,
        ),
        (
            "and its fraction",
            "(call $wall (i32.const 8)) (i32.load (i32.const 16))",
            123_000_000,
        ),
        (
            "a clock that stands",
            "(i64.ne (call $monotonic) (i64.const 1700000000123000000))",
            0,
        ),
    ];
    for (what, call, expected) in table {
        let body = format!(
            "(if (i32.ne (block (result i32) {call}) (i32.const {expected})) (then (unreachable)))
             (call $echo (local.get $in))"
        );
        let program = fixture.component(&guest(&body));
        let run = fixture.run(&program);
        assert!(run.outcome.is_ok(), "{what}: {:?}", run.outcome);
    }
}

#[test]
fn sleeping_returns_at_once() {
    let fixture = fixture();
    let program = fixture.component(&guest(
        "(call $block (call $sleep (i64.const 3600000000000))) (call $echo (local.get $in))",
    ));
    // An hour is more than any deadline, and more than a test may take.
    assert!(fixture.run(&program).outcome.is_ok());
}

#[test]
fn random_numbers_follow_from_the_delivery() {
    let fixture = fixture();
    let program = fixture.component(&guest(
        "(i64.store (i32.const 8) (i64.or (i64.const 0x4040404040404040)
           (i64.and (call $random) (i64.const 0x0f0f0f0f0f0f0f0f))))
         (call $log (i32.const 2) (i32.const 8) (i32.const 8))
         (call $echo (local.get $in))",
    ));
    let first = fixture.run(&program);
    assert_eq!(first.logs, fixture.run(&program).logs);
    let mut other = invocation();
    other.delivery_id = "dlv_2".into();
    assert_ne!(first.logs, fixture.run_with(&program, other).logs);
}

#[test]
fn output_goes_to_the_log_and_is_cut_not_trapped() {
    let fixture = fixture();
    let program = fixture.component(&guest(
        "(local $n i32)
         (i64.store (i32.const 8) (i64.const 0x0a6f6c6c6568))
         (call $print (call $stdout) (i32.const 8) (i32.const 6) (i32.const 64))
         (call $print (call $stderr) (i32.const 8) (i32.const 4) (i32.const 64))
         (call $echo (local.get $in))",
    ));
    assert_eq!(fixture.run(&program).logs, "info: hello\nerror: hell\n");
    let flood = fixture.component(&guest(
        "(local $n i32) (local $out i32)
         (memory.fill (i32.const 8) (i32.const 97) (i32.const 1000))
         (local.set $out (call $stdout))
         (loop $l
           (call $print (local.get $out) (i32.const 8) (i32.const 1000) (i32.const 1016))
           (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 100))))
         (call $echo (local.get $in))",
    ));
    let run = fixture.run(&flood);
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert!(run.logs.contains("the log was cut"), "{}", run.logs.len());
}

#[test]
fn exit_is_a_fault_of_its_own() {
    let fixture = fixture();
    let program = fixture.component(&guest("(call $exit (i32.const 1)) (unreachable)"));
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::Exited);
    assert!(fault.message.contains("status 1"), "{}", fault.message);
}

#[test]
fn handles_have_a_limit() {
    let fixture = fixture();
    let program = fixture.component(&guest(
        "(loop $l (drop (call $stdout)) (br $l)) (unreachable)",
    ));
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::Trap, "{fault:?}");
    let expected = "holds more than 256 WASI resources at once";
    assert!(fault.message.contains(expected), "{}", fault.message);
}
