//! Where the fuel goes, and call stacks with the guest's own names.

mod common;

use common::{component, fixture, fixture_of, guest_with, invocation};
use hookmill_domain::fault::FaultCode;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// A leaf that is called with ten times as much to do as the other.
const TWO_LEAVES: &str = "
  (func $turn (param $times i32)
    (loop $again
      (local.set $times (i32.sub (local.get $times) (i32.const 1)))
      (br_if $again (local.get $times))))
  (func $heavy (call $turn (i32.const 10000)))
  (func $light (call $turn (i32.const 1000)))
  (func $leaf)
  (func $_ZN4shop5price17h0123456789abcdefE (unreachable))";

#[test]
fn fuel_is_counted_for_the_stack_that_used_it() {
    let fixture = fixture();
    let body = "(call $heavy) (call $light) (call $echo (local.get $in))";
    let program = fixture.component(&component(&guest_with(TWO_LEAVES, body)));
    let fuel = fixture.run(&program).usage.fuel;
    let profile = fixture
        .sandbox
        .profile(&program, invocation())
        .expect("the sandbox itself does not fail");
    assert_eq!(profile.fuel, fuel);
    let sum: u64 = profile.stacks.iter().map(|(_, used)| used).sum();
    assert_eq!(sum, fuel);
    let used: BTreeMap<String, u64> = profile
        .stacks
        .iter()
        .map(|(stack, used)| (stack.join(";"), *used))
        .collect();
    let of = |stack: &str| used[stack] as f64;
    // Six instructions a turn.
    assert!(
        (60_000.0..60_100.0).contains(&of("handler;heavy;turn")),
        "{used:?}"
    );
    assert!(
        (6_000.0..6_100.0).contains(&of("handler;light;turn")),
        "{used:?}"
    );
    let again = fixture.sandbox.profile(&program, invocation());
    assert_eq!(again, Ok(profile), "a profile can be repeated");
}

#[test]
fn a_long_run_is_sampled_and_adds_up_all_the_same() {
    let fixture = fixture();
    // A long loop, and many short stretches that use as much again.
    let body = "(local $times i32) (local.set $times (i32.const 300000))
        (call $turn (i32.const 1000000))
        (loop $again
          (call $leaf)
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (br_if $again (local.get $times)))
        (call $echo (local.get $in))";
    let program = fixture.component(&component(&guest_with(TWO_LEAVES, body)));
    let profile = fixture.sandbox.profile(&program, invocation());
    let profile = profile.expect("the sandbox itself does not fail");
    let sum: u64 = profile.stacks.iter().map(|(_, used)| used).sum();
    assert_eq!(sum, profile.fuel);
    let share = |wanted: &str| {
        let mut found = profile.stacks.iter();
        let found = found.find(|(stack, _)| stack.join(";") == wanted);
        found.expect("a stack").1 as f64 / profile.fuel as f64
    };
    let known = share("handler;turn") + share("handler;leaf") + share("handler");
    assert!(known > 0.999, "{profile:?}");
    let exact = 6_000_000.0 / profile.fuel as f64;
    assert!(
        (share("handler;turn") - exact).abs() < 0.02,
        "{exact}: {profile:?}"
    );
}

#[test]
fn a_run_that_never_ends_has_a_profile_up_to_its_limit() {
    let fixture = fixture();
    let body = "(loop $l (br $l)) (unreachable)";
    let program = fixture.component(&component(&guest_with("", body)));
    let mut invocation = invocation();
    invocation.caps.fuel_max = 100_000;
    let profile = fixture.sandbox.profile(&program, invocation);
    assert_eq!(profile.expect("a profile").fuel, 100_000);
}

#[test]
fn a_trap_s_stack_has_the_guest_s_names() {
    let fixture = fixture();
    let body = "(call $_ZN4shop5price17h0123456789abcdefE) (call $echo (local.get $in))";
    let program = fixture.component(&component(&guest_with(TWO_LEAVES, body)));
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::Trap);
    let names: Vec<_> = fault
        .stack
        .lines()
        .map(|line| line.split(" (byte ").next().expect("a name"))
        .collect();
    assert_eq!(names, ["shop::price", "handler"], "{}", fault.stack);
}

#[test]
fn functions_without_a_name_have_their_number() {
    let fixture = fixture();
    let fields = "(func unreachable)";
    let program = fixture.component(&component(&guest_with(fields, "(call 4) (unreachable)")));
    let stack = fixture.fault(&program, invocation()).stack;
    assert!(stack.starts_with("function 4 (byte 0x"), "{stack}");
}

#[test]
fn the_innermost_frames_are_shown_up_to_the_configured_number() {
    let mut config = common::config(&common::cache_dir());
    config.frames_max = NonZeroUsize::new(2).expect("not zero");
    let fixture = fixture_of(config);
    let program = fixture.component(&component(&guest_with(
        "(func $a (call $b)) (func $b (call $c)) (func $c (unreachable))",
        "(call $a) (unreachable)",
    )));
    let stack = fixture.fault(&program, invocation()).stack;
    let names: Vec<_> = stack
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(names, ["c", "b"]);
}
