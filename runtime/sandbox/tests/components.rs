//! Components: what a run gives, and what each breach of a limit gives.

mod common;

use common::{fixture, guest_with, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::Invocation;

const ECHO: &str = "(call $echo (local.get $in))";

#[test]
fn an_echo_returns_the_very_bytes_that_came_in() {
    let fixture = fixture();
    let program = fixture.guest(ECHO);
    assert_eq!(program.kind(), ProgramKind::Component);
    let invocation = invocation();
    let payload = invocation.payload.clone();
    let run = fixture.run_with(&program, invocation);
    let webhook = run.outcome.expect("an echo succeeds");
    assert_eq!(
        webhook.request().url().as_str(),
        "https://api.example.com/v1/hook"
    );
    assert_eq!(webhook.request().body().as_ptr(), payload.as_ptr());
    assert!(!webhook.is_canceled());
    assert!(
        run.usage.fuel > 10 && run.usage.fuel < 10_000,
        "{:?}",
        run.usage
    );
    assert_eq!(run.usage.memory_bytes, 2 << 16);
    assert_eq!(run.logs, "");
}

#[test]
fn each_way_to_fail_has_its_code_and_message() {
    let fixture = fixture();
    let table = [
        ("(loop $l (br $l)) (unreachable)", FaultCode::OutOfFuel, "500000000 units of fuel; `fuel_max`"),
        (
            "(loop $l (drop (memory.grow (i32.const 16))) (br $l)) (unreachable)",
            FaultCode::MemoryExceeded,
            "67108864 bytes of memory; `memory_bytes_max`",
        ),
        ("(call $deep (i32.const 0))", FaultCode::StackOverflow, "call stack"),
        ("(unreachable)", FaultCode::Trap, "aborted"),
        ("(i32.div_u (i32.const 1) (i32.const 0))", FaultCode::Trap, "trapped"),
        ("(i32.load (i32.const -4))", FaultCode::Trap, "trapped"),
        ("(i32.const -8)", FaultCode::Trap, "calling convention"),
        (
            "(i32.store8 (i32.const 0) (i32.const 1)) (i32.store8 (i32.const 4) (i32.const 0))
             (i32.store (i32.const 8) (i32.const 32)) (i32.store (i32.const 12) (i32.const 2)) (i32.const 0)",
            FaultCode::Rejected,
            "no",
        ),
        (
            "(i32.store8 (i32.const 0) (i32.const 1)) (i32.store8 (i32.const 4) (i32.const 1))
             (i32.store (i32.const 8) (i32.const 32)) (i32.store (i32.const 12) (i32.const 2)) (i32.const 0)",
            FaultCode::RetryRequested,
            "no",
        ),
        (
            "(drop (call $echo (local.get $in))) (i32.store (i32.const 1060) (i32.const 1)) (i32.const 1024)",
            FaultCode::InvalidResult,
            "`payload` is not JSON",
        ),
        (
            "(drop (call $echo (local.get $in))) (i32.store (i32.const 1040) (i32.const 3)) (i32.const 1024)",
            FaultCode::InvalidResult,
            "`url`",
        ),
        (
            "(drop (call $echo (local.get $in)))
             (drop (memory.grow (i32.const 20)))
             (i32.store (i32.const 1056) (i32.const 65536)) (i32.store (i32.const 1060) (i32.const 1200000)) (i32.const 1024)",
            FaultCode::OutputTooLarge,
            "more than 1048576; `output_bytes_max`",
        ),
        ("(call $tables)", FaultCode::MemoryExceeded, "tables"),
    ];
    let fields = r#"
      (data (i32.const 32) "no")
      (table $t 1 funcref) (table $u 1 funcref) (table $v 1 funcref) (table $w 1 funcref)
      (func $tables (result i32)
        (drop (table.grow $t (ref.null func) (i32.const 99999)))
        (drop (table.grow $u (ref.null func) (i32.const 99999)))
        (drop (table.grow $v (ref.null func) (i32.const 99999)))
        (drop (table.grow $w (ref.null func) (i32.const 99999)))
        (unreachable))
      (func $deep (param i32) (result i32)
        (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))"#;
    for (body, code, message) in table {
        let program = fixture.component(&common::component(&guest_with(fields, body)));
        let mut invocation = invocation();
        // Fuel is what these loops are to run out of, also on a slow machine.
        invocation.caps.deadline_ms = 20_000;
        let fault = fixture.fault(&program, invocation);
        assert_eq!(fault.code, code, "{body}: {fault:?}");
        assert!(fault.message.contains(message), "{body}: {}", fault.message);
    }
    let run = fixture.run(&fixture.guest(ECHO));
    assert!(run.outcome.is_ok(), "the neighbour is unharmed");
}

#[test]
fn the_deadline_ends_what_has_fuel_left() {
    let fixture = fixture();
    let program = fixture.guest("(loop $l (br $l)) (unreachable)");
    let mut invocation = invocation();
    invocation.caps.fuel_max = u64::MAX;
    invocation.caps.deadline_ms = 20;
    let fault = fixture.fault(&program, invocation);
    assert_eq!(fault.code, FaultCode::DeadlineExceeded);
    assert!(
        fault.message.contains("20 ms; `deadline_ms`"),
        "{}",
        fault.message
    );
}

#[test]
fn nothing_stays_from_one_event_to_the_next() {
    let fixture = fixture();
    let program = fixture.guest(
        "(global.set $count (i32.add (global.get $count) (i32.const 1)))
         (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
         (if (i32.ne (i32.add (global.get $count) (i32.load (i32.const 8))) (i32.const 2)) (then (unreachable)))
         (call $echo (local.get $in))",
    );
    for _ in 0..100 {
        assert!(fixture.run(&program).outcome.is_ok());
    }
}

#[test]
fn the_same_invocation_gives_the_same_run() {
    let fixture = fixture();
    let program = fixture.guest(LOGS_TIME);
    let runs: Vec<_> = (0..3).map(|_| fixture.run(&program)).collect();
    assert_eq!(runs[0].logs, "warn: A\n");
    for run in &runs {
        assert_eq!(run.outcome, runs[0].outcome);
        assert_eq!(run.logs, runs[0].logs);
        assert_eq!(run.usage.fuel, runs[0].usage.fuel);
    }
}

/// Logs `A` when the clock shows the invocation's instant.
const LOGS_TIME: &str = "(i32.store8 (i32.const 8) (i32.const 65))
    (if (i64.eq (call $now) (i64.const 1700000000123))
      (then (call $log (i32.const 3) (i32.const 8) (i32.const 1))))
    (call $echo (local.get $in))";

#[test]
fn a_flood_of_log_is_cut_with_a_marker() {
    let fixture = fixture();
    let program = fixture.guest(
        "(local $n i32)
         (memory.fill (i32.const 8) (i32.const 97) (i32.const 100))
         (loop $l
           (call $log (i32.const 2) (i32.const 8) (i32.const 100))
           (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
         (call $echo (local.get $in))",
    );
    let run = fixture.run(&program);
    assert!(run.outcome.is_ok());
    assert!(run.logs.len() < (16 << 10) + 100, "{}", run.logs.len());
    assert!(run.logs.contains("the log was cut at 16384 bytes"));
}

#[test]
fn caps_are_lowered_to_the_ceiling() {
    let mut config = common::config(&common::cache_dir());
    config.ceiling.fuel_max = 1_000;
    let fixture = common::fixture_of(config);
    let program = fixture.guest("(loop $l (br $l)) (unreachable)");
    let fault = fixture.fault(&program, invocation());
    assert!(fault.message.contains("1000 units"), "{}", fault.message);
}

#[test]
fn a_payload_that_is_not_text_is_our_failure() {
    let fixture = fixture();
    let program = fixture.guest(ECHO);
    let broken = Invocation {
        payload: bytes::Bytes::from_static(b"\xff"),
        ..invocation()
    };
    let error = fixture
        .sandbox
        .run_blocking(&program, broken)
        .expect_err("not text");
    assert_eq!(
        error.to_string(),
        "`payload` of the invocation is not UTF-8 text"
    );
}
