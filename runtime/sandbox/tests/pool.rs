//! Room: what happens when there is none is ours, and never the tenant's.

mod common;

use common::{config, fixture, fixture_of, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::{Busy, RunError};
use std::thread;
use std::time::{Duration, Instant};

const ECHO: &str = "(call $echo (local.get $in))";
const FOREVER: &str = "(loop $l (br $l)) (unreachable)";

fn slow() -> hookmill_sandbox::Invocation {
    let mut invocation = invocation();
    invocation.caps.fuel_max = u64::MAX;
    invocation.caps.deadline_ms = 400;
    invocation
}

#[test]
fn a_full_pool_is_ours_and_retriable() {
    let mut config = config(&common::cache_dir());
    config.slots = 1;
    let fixture = fixture_of(config);
    let (echo, forever) = (fixture.guest(ECHO), fixture.guest(FOREVER));
    thread::scope(|scope| {
        let hanging = scope.spawn(|| {
            loop {
                // The other run may have the only slot just now.
                if let Ok(run) = fixture.sandbox.run_blocking(&forever, slow()) {
                    return run.outcome.expect_err("it never ends");
                }
            }
        });
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            match fixture.sandbox.run_blocking(&echo, invocation()) {
                Err(error) => {
                    assert_eq!(error, RunError::Busy(Busy::Pool));
                    assert!(error.is_retriable());
                    break;
                }
                // The other run has not got its instance yet.
                Ok(_) => assert!(Instant::now() < deadline, "the pool never filled"),
            }
        }
        let fault = hanging.join().expect("the run ends");
        assert_eq!(fault.code, FaultCode::DeadlineExceeded);
    });
    assert!(fixture.run(&echo).outcome.is_ok());
}

#[test]
fn a_full_queue_is_ours_and_retriable() {
    let mut config = config(&common::cache_dir());
    config.threads = 1;
    config.queue_max = 2;
    let fixture = fixture_of(config);
    let forever = fixture.guest(FOREVER);
    thread::scope(|scope| {
        let runs: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| fixture.sandbox.run_blocking(&forever, slow())))
            .collect();
        let results: Vec<_> = runs
            .into_iter()
            .map(|run| run.join().expect("no panic"))
            .collect();
        let busy = |r: &Result<_, _>| matches!(r, Err(RunError::Busy(Busy::Queue)));
        let refused = results.iter().filter(|result| busy(result)).count();
        assert!((3..=4).contains(&refused), "{refused} of 6 were refused");
    });
}

#[test]
fn a_hanging_neighbour_takes_one_thread_and_no_more() {
    let fixture = fixture();
    let (echo, forever) = (fixture.guest(ECHO), fixture.guest(FOREVER));
    thread::scope(|scope| {
        scope.spawn(|| fixture.fault(&forever, slow()));
        for _ in 0..200 {
            assert!(fixture.run(&echo).outcome.is_ok());
        }
    });
}

#[test]
fn after_stop_nothing_runs_and_nothing_hangs() {
    let fixture = fixture();
    let echo = fixture.guest(ECHO);
    assert!(fixture.run(&echo).outcome.is_ok());
    fixture.sandbox.stop();
    fixture.sandbox.stop();
    let error = fixture
        .sandbox
        .run_blocking(&echo, invocation())
        .expect_err("it has stopped");
    assert_eq!(error, RunError::Stopped);
    assert!(!error.is_retriable());
}

#[test]
fn a_run_is_a_future_on_any_runtime() {
    let fixture = fixture();
    let echo = fixture.guest(ECHO);
    let tenant = hookmill_domain::TenantId::from_bytes([1; 16]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let run = fixture.sandbox.run(tenant, &echo, invocation()).await;
        assert!(run.expect("the sandbox does not fail").outcome.is_ok());
        // Dropped before it ran: no harm.
        drop(fixture.sandbox.run(tenant, &echo, invocation()));
    });
}
