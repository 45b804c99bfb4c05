//! WASI 0.1 by the shim: output and the log, time, chance and the end of a
//! program; that everything else is not there; and that the module's memory
//! stays its own, before it was initialised and after.

mod common;

use common::{fixture, guest_with, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::Run;
use hookmill_sandbox::build::{component_from_core_module, imports};
use std::fmt::Write as _;

const ECHO: &str = "(call $echo (local.get $in))";

/// A function of WASI 0.1: its name, parameters and result.
type Function = (&'static str, &'static str, &'static str);

/// All of them, as their standard has them.
const FUNCTIONS: [Function; 46] = [
    ("args_get", "i32 i32", "i32"),
    ("args_sizes_get", "i32 i32", "i32"),
    ("clock_res_get", "i32 i32", "i32"),
    ("clock_time_get", "i32 i64 i32", "i32"),
    ("environ_get", "i32 i32", "i32"),
    ("environ_sizes_get", "i32 i32", "i32"),
    ("fd_advise", "i32 i64 i64 i32", "i32"),
    ("fd_allocate", "i32 i64 i64", "i32"),
    ("fd_close", "i32", "i32"),
    ("fd_datasync", "i32", "i32"),
    ("fd_fdstat_get", "i32 i32", "i32"),
    ("fd_fdstat_set_flags", "i32 i32", "i32"),
    ("fd_fdstat_set_rights", "i32 i64 i64", "i32"),
    ("fd_filestat_get", "i32 i32", "i32"),
    ("fd_filestat_set_size", "i32 i64", "i32"),
    ("fd_filestat_set_times", "i32 i64 i64 i32", "i32"),
    ("fd_pread", "i32 i32 i32 i64 i32", "i32"),
    ("fd_prestat_dir_name", "i32 i32 i32", "i32"),
    ("fd_prestat_get", "i32 i32", "i32"),
    ("fd_pwrite", "i32 i32 i32 i64 i32", "i32"),
    ("fd_read", "i32 i32 i32 i32", "i32"),
    ("fd_readdir", "i32 i32 i32 i64 i32", "i32"),
    ("fd_renumber", "i32 i32", "i32"),
    ("fd_seek", "i32 i64 i32 i32", "i32"),
    ("fd_sync", "i32", "i32"),
    ("fd_tell", "i32 i32", "i32"),
    ("fd_write", "i32 i32 i32 i32", "i32"),
    ("path_create_directory", "i32 i32 i32", "i32"),
    ("path_filestat_get", "i32 i32 i32 i32 i32", "i32"),
    (
        "path_filestat_set_times",
        "i32 i32 i32 i32 i64 i64 i32",
        "i32",
    ),
    ("path_link", "i32 i32 i32 i32 i32 i32 i32", "i32"),
    ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32", "i32"),
    ("path_readlink", "i32 i32 i32 i32 i32 i32", "i32"),
    ("path_remove_directory", "i32 i32 i32", "i32"),
    ("path_rename", "i32 i32 i32 i32 i32 i32", "i32"),
    ("path_symlink", "i32 i32 i32 i32 i32", "i32"),
    ("path_unlink_file", "i32 i32 i32", "i32"),
    ("poll_oneoff", "i32 i32 i32 i32", "i32"),
    ("proc_exit", "i32", ""),
    ("proc_raise", "i32", "i32"),
    ("random_get", "i32 i32", "i32"),
    ("sched_yield", "", "i32"),
    ("sock_accept", "i32 i32 i32", "i32"),
    ("sock_recv", "i32 i32 i32 i32 i32 i32", "i32"),
    ("sock_send", "i32 i32 i32 i32 i32", "i32"),
    ("sock_shutdown", "i32 i32", "i32"),
];

/// Makes a component of a module that imports these functions, each by its
/// name, with further fields and this body of its handler.
fn component(names: &[&str], fields: &str, body: &str) -> Vec<u8> {
    built(names, &guest_with(fields, body))
}

/// Makes a component of a module that has this text and imports these functions.
fn built(names: &[&str], text: &str) -> Vec<u8> {
    let mut imports = String::from("(module");
    for name in names {
        let found = FUNCTIONS.iter().find(|(known, ..)| known == name);
        let (_, parameters, result) = found.expect("a function of WASI 0.1");
        // Writing to a String can't fail.
        let _ = write!(
            imports,
            " (import \"wasi_snapshot_preview1\" \"{name}\" \
             (func ${name} (param {parameters}) (result {result})))"
        );
    }
    let module = wat::parse_str(text.replacen("(module", &imports, 1));
    let module = module.unwrap_or_else(|error| panic!("{error}"));
    component_from_core_module(&module).unwrap_or_else(|error| panic!("{error}"))
}

fn run(component: &[u8]) -> Run {
    let fixture = fixture();
    fixture.run(&fixture.component(component))
}

/// Asserts in the guest that an expression of it holds.
fn expect(condition: &str) -> String {
    format!("(if (i32.eqz {condition}) (then unreachable))")
}

fn is(expression: &str, number: i32) -> String {
    expect(&format!("(i32.eq {expression} (i32.const {number}))"))
}

#[test]
fn every_function_is_there_and_only_what_is_used_is_imported() {
    let names = FUNCTIONS.map(|(name, ..)| name);
    let component_of_all = component(&names, "", ECHO);
    assert!(run(&component_of_all).outcome.is_ok());

    let clock = component(&["clock_time_get"], "", ECHO);
    let imported = imports(&clock).expect("it is a component");
    assert!(
        imported.iter().all(|name| !name.starts_with("wasi:")),
        "{imported:?}"
    );
}

#[test]
fn there_are_no_arguments_variables_files_folders_and_sockets() {
    let none = "(i32.or (i32.load (i32.const 64)) (i32.load (i32.const 68)))";
    let mut body = String::from("(i64.store (i32.const 64) (i64.const -1))");
    for name in ["args_sizes_get", "environ_sizes_get"] {
        body += &is(&format!("(call ${name} (i32.const 64) (i32.const 68))"), 0);
        body += &is(none, 0);
    }
    let mut names = vec!["args_sizes_get", "environ_sizes_get"];
    for (name, parameters, _) in FUNCTIONS {
        let number = match name {
            _ if name.starts_with("path_") => 44,
            _ if name.starts_with("fd_") || name.starts_with("sock_") => 8,
            _ => continue,
        };
        names.push(name);
        // No descriptor is there but 0, 1 and 2.
        let zeroes = parameters.split_whitespace().skip(1);
        let zeroes = zeroes.map(|kind| format!(" ({kind}.const 64)"));
        let call = format!("(call ${name} (i32.const 3){})", zeroes.collect::<String>());
        body += &is(&call, number);
    }
    let run = run(&component(&names, "", &(body + ECHO)));
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
}

#[test]
fn output_is_lines_of_the_log_however_it_is_split_and_memory_stays_as_it_was() {
    let fields = r#"(data (i32.const 100) "one\ntwo\ninput")"#;
    let write = |fd: i32, first: (i32, i32), second: (i32, i32)| {
        format!(
            "(i32.store (i32.const 16) (i32.const {})) (i32.store (i32.const 20) (i32.const {}))
             (i32.store (i32.const 24) (i32.const {})) (i32.store (i32.const 28) (i32.const {}))
             {} {}",
            first.0,
            first.1,
            second.0,
            second.1,
            is(
                &format!(
                    "(call $fd_write (i32.const {fd}) (i32.const 16) (i32.const 2) (i32.const 32))"
                ),
                0
            ),
            is("(i32.load (i32.const 32))", first.1 + second.1),
        )
    };
    let body = format!(
        "(i64.store (i32.const 0) (i64.const 0x0102030405060708)) (i32.store (i32.const 8) (i32.const 77))
         {} {} {} {} {}
         {} {} {} {ECHO}",
        write(1, (100, 2), (102, 2)),
        write(2, (104, 2), (106, 2)),
        write(1, (100, 3), (100, 0)),
        expect("(i64.eq (i64.load (i32.const 0)) (i64.const 0x0102030405060708))"),
        is("(i32.load (i32.const 8))", 77),
        is("(call $fd_write (i32.const 0) (i32.const 16) (i32.const 2) (i32.const 32))", 8),
        // Input is at its end.
        is("(call $fd_read (i32.const 0) (i32.const 16) (i32.const 2) (i32.const 32))", 0),
        is("(i32.load (i32.const 32))", 0),
    );
    let run = run(&component(&["fd_write", "fd_read"], fields, &body));
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert_eq!(run.logs, "info: one\nerror: two\ninfo: one\n");
}

#[test]
fn a_thousand_writes_hold_no_resource() {
    let body = format!(
        "(local $n i32) (i32.store (i32.const 16) (i32.const 100)) (i32.store (i32.const 20) (i32.const 1))
         (loop $next {}
           (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
         {ECHO}",
        is("(call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 32))", 0),
    );
    let run = run(&component(
        &["fd_write"],
        r#"(data (i32.const 100) "x")"#,
        &body,
    ));
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert_eq!(run.logs, format!("info: {}\n", "x".repeat(1000)));
}

#[test]
fn clocks_show_the_instant_of_acceptance_and_what_was_slept() {
    let time = |clock: i32, expected: u64| {
        format!(
            "{} {}",
            is(
                &format!("(call $clock_time_get (i32.const {clock}) (i64.const 1) (i32.const 64))"),
                0
            ),
            expect(&format!(
                "(i64.eq (i64.load (i32.const 64)) (i64.const {expected}))"
            )),
        )
    };
    let accepted = invocation().received_at.0 * 1_000_000;
    // Two subscriptions: a second from now, and the instant 5 ms after the
    // event's. The second comes first, and alone.
    let body = format!(
        "{} {} {}
         (i64.store (i32.const 100) (i64.const 7)) (i32.store8 (i32.const 108) (i32.const 0))
         (i64.store (i32.const 124) (i64.const 1000000000)) (i32.store16 (i32.const 140) (i32.const 0))
         (i64.store (i32.const 148) (i64.const 8)) (i32.store8 (i32.const 156) (i32.const 0))
         (i64.store (i32.const 172) (i64.const {})) (i32.store16 (i32.const 188) (i32.const 1))
         {} {} {} {} {} {ECHO}",
        time(0, accepted),
        time(1, accepted),
        is("(call $clock_time_get (i32.const 4) (i64.const 1) (i32.const 64))", 28),
        accepted + 5_000_000,
        is("(call $poll_oneoff (i32.const 100) (i32.const 300) (i32.const 2) (i32.const 64))", 0),
        is("(i32.load (i32.const 64))", 1),
        expect("(i64.eq (i64.load (i32.const 300)) (i64.const 8))"),
        time(1, accepted + 5_000_000),
        is("(call $poll_oneoff (i32.const 100) (i32.const 300) (i32.const 0) (i32.const 64))", 28),
    );
    let run = run(&component(&["clock_time_get", "poll_oneoff"], "", &body));
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
}

#[test]
fn no_clock_shows_zero() {
    let body = format!(
        "{} {} {ECHO}",
        is(
            "(call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 64))",
            0
        ),
        expect("(i64.ne (i64.load (i32.const 64)) (i64.const 0))"),
    );
    let fixture = fixture();
    let program = fixture.component(&component(&["clock_time_get"], "", &body));
    let mut invocation = invocation();
    invocation.received_at.0 = 0;
    let run = fixture.run_with(&program, invocation);
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
}

#[test]
fn random_bytes_follow_from_the_delivery() {
    // Eleven bytes, printed; what lies behind them stays as it was.
    let body = format!(
        "(i32.store (i32.const 16) (i32.const 100)) (i32.store (i32.const 20) (i32.const 22))
         (i32.store8 (i32.const 211) (i32.const 99))
         {} {}
         (loop $next
           (i32.store8 (i32.add (i32.const 100) (i32.mul (local.get $n) (i32.const 2)))
             (i32.add (i32.const 65) (i32.and (i32.load8_u (i32.add (i32.const 200) (local.get $n))) (i32.const 15))))
           (i32.store8 (i32.add (i32.const 101) (i32.mul (local.get $n) (i32.const 2)))
             (i32.add (i32.const 65) (i32.shr_u (i32.load8_u (i32.add (i32.const 200) (local.get $n))) (i32.const 4))))
           (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 11))))
         (drop (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 32))) {ECHO}",
        is("(call $random_get (i32.const 200) (i32.const 11))", 0),
        is("(i32.load8_u (i32.const 211))", 99),
    );
    let body = format!("(local $n i32) {body}");
    let component = component(&["random_get", "fd_write"], "", &body);
    let fixture = fixture();
    let program = fixture.component(&component);
    let log = |delivery: &str| {
        let mut invocation = invocation();
        invocation.delivery_id = delivery.into();
        fixture.run_with(&program, invocation).logs
    };
    assert_eq!(log("dlv_1").len(), "info: \n".len() + 22);
    assert_eq!(log("dlv_1"), log("dlv_1"));
    assert_ne!(log("dlv_1"), log("dlv_2"));
}

#[test]
fn an_exit_is_a_fault_that_says_its_status() {
    let component = component(
        &["proc_exit"],
        "",
        "(call $proc_exit (i32.const 2)) unreachable",
    );
    let fixture = fixture();
    let fault = fixture.fault(&fixture.component(&component), invocation());
    assert_eq!(fault.code, FaultCode::Exited);
    assert!(fault.message.contains("with status 2"), "{}", fault.message);
}

#[test]
fn nothing_asks_a_module_for_memory_before_it_was_initialised() {
    let text = guest_with(
        r#"(global $ready (mut i32) (i32.const 0))
           (func (export "_initialize")
             (drop (call $environ_sizes_get (i32.const 64) (i32.const 68)))
             (drop (call $clock_time_get (i32.const 0) (i64.const 1) (i32.const 64)))
             (drop (call $random_get (i32.const 64) (i32.const 32)))
             (i32.store (i32.const 16) (i32.const 100)) (i32.store (i32.const 20) (i32.const 3))
             (drop (call $fd_write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 32)))
             (global.set $ready (i32.const 1)))
           (data (i32.const 100) "up\n")"#,
        ECHO,
    );
    let names = [
        "environ_sizes_get",
        "clock_time_get",
        "random_get",
        "fd_write",
    ];
    // A module that asks too early ends here.
    let early = "(local $at i32) (if (i32.eqz (global.get $ready)) (then unreachable))";
    let text = text.replacen("(local $at i32)", early, 1);
    let component = built(&names, &text);
    let run = run(&component);
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert_eq!(run.logs, "error: up\n");
}
