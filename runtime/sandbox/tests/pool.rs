//! Room: what happens when there is none is ours, and never the tenant's.

mod common;

use common::{config, fixture, fixture_of, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::{Busy, RunError};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

const ECHO: &str = "(call $echo (local.get $in))";
const FOREVER: &str = "(loop $l (br $l)) (unreachable)";

/// Ends by its deadline.
fn slow() -> hookmill_sandbox::Invocation {
    let mut invocation = invocation();
    invocation.caps.fuel_max = u64::MAX;
    invocation.caps.deadline_ms = 400;
    invocation
}

/// Ends by its fuel, which is some thousand times what an echo takes.
fn long() -> hookmill_sandbox::Invocation {
    let mut invocation = invocation();
    invocation.caps.fuel_max = 2_000_000_000;
    invocation.caps.deadline_ms = 30_000;
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
        // Until the other run has got its instance, this one has the slot.
        let error = loop {
            if let Err(error) = fixture.sandbox.run_blocking(&echo, invocation()) {
                break error;
            }
        };
        assert_eq!(error, RunError::Busy(Busy::Pool));
        assert!(error.is_retriable());
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
    let tenant = hookmill_domain::TenantId::from_bytes([1; 16]);
    // Each run is put in the queue before the next is asked for: one runs, two
    // wait, and the next is refused.
    let mut context = Context::from_waker(Waker::noop());
    let mut runs = Vec::new();
    let refused = loop {
        let mut run = Box::pin(fixture.sandbox.run(tenant, &forever, slow()));
        match run.as_mut().poll(&mut context) {
            Poll::Ready(Err(error)) => break error,
            Poll::Ready(Ok(_)) => {}
            Poll::Pending => runs.push(run),
        }
    };
    assert_eq!(refused, RunError::Busy(Busy::Queue));
    assert!(refused.is_retriable());
}

#[test]
fn a_hanging_neighbour_takes_one_thread_and_no_more() {
    let mut config = config(&common::cache_dir());
    config.threads = 2;
    let fixture = fixture_of(config);
    let (echo, forever) = (fixture.guest(ECHO), fixture.guest(FOREVER));
    thread::scope(|scope| {
        let hanging = scope.spawn(|| fixture.fault(&forever, long()));
        for _ in 0..200 {
            assert!(fixture.run(&echo).outcome.is_ok());
        }
        assert!(!hanging.is_finished(), "nobody waited for it");
        let fault = hanging.join().expect("the run ends");
        assert_eq!(fault.code, FaultCode::OutOfFuel);
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
    });
}

#[test]
fn a_run_that_nobody_waits_for_any_more_leaves_the_queue() {
    let mut config = config(&common::cache_dir());
    config.threads = 1;
    config.queue_max = 1;
    let fixture = fixture_of(config);
    let (echo, forever) = (fixture.guest(ECHO), fixture.guest(FOREVER));
    let tenant = hookmill_domain::TenantId::from_bytes([1; 16]);
    let mut context = Context::from_waker(Waker::noop());
    let mut long = slow();
    long.caps.deadline_ms = 1_000;
    let mut running = pin!(fixture.sandbox.run(tenant, &forever, long));
    assert!(running.as_mut().poll(&mut context).is_pending());
    // A tenant has no more runs under way than there are permits, one here: the
    // next waits for as long as the first goes on. Until that has begun there
    // is no room for it.
    loop {
        let mut next = pin!(fixture.sandbox.run(tenant, &echo, invocation()));
        match next.as_mut().poll(&mut context) {
            Poll::Pending => break,
            Poll::Ready(result) => {
                assert_eq!(result.expect_err("no room"), RunError::Busy(Busy::Queue));
                thread::yield_now();
            }
        }
    }
    // It was dropped where it waited, and its room is another's.
    let mut last = pin!(fixture.sandbox.run(tenant, &echo, invocation()));
    let polled = last.as_mut().poll(&mut context);
    assert!(polled.is_pending(), "there is room: {polled:?}");
}
