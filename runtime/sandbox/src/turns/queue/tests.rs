//! The queue through what it lets jobs see: order, permits, priority.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

const LONG: Duration = Duration::from_secs(60);

fn tenant(n: u8) -> TenantId {
    TenantId::from_bytes([n; 16])
}

/// A job that says that it runs, and runs until it is let go.
fn held(started: &mpsc::Sender<()>) -> (Job, mpsc::Sender<()>) {
    let (let_go, wait) = mpsc::channel::<()>();
    let started = started.clone();
    let job = move || {
        started.send(()).expect("the test waits");
        // Let go when the sender is dropped, too.
        let _ = wait.recv();
    };
    (Box::new(job), let_go)
}

/// A job that says at which nice value it runs.
fn telling(told: &mpsc::Sender<i32>) -> Job {
    let told = told.clone();
    Box::new(move || told.send(nice()).expect("the test waits"))
}

fn nice() -> i32 {
    let own = rustix::thread::gettid();
    rustix::process::getpriority_process(Some(own)).expect("a thread has a priority")
}

#[test]
fn a_run_that_takes_long_leaves_its_permit_to_another_tenant() {
    let queue = Queue::with_rules(1, 100, Duration::from_millis(1));
    let (started, runs) = mpsc::channel();
    let (job, let_go) = held(&started);
    queue.submit(tenant(1), job).expect("room");
    runs.recv_timeout(LONG).expect("the first runs");
    for _ in 0..20 {
        let started = started.clone();
        let quick = move || started.send(()).expect("the test waits");
        queue.submit(tenant(2), Box::new(quick)).expect("room");
        runs.recv_timeout(LONG).expect("the neighbour runs");
    }
    drop(let_go);
}

#[test]
fn a_tenant_that_waits_for_several_long_runs_has_its_turn() {
    let queue = Queue::with_rules(1, 100, Duration::from_millis(200));
    let (started, runs) = mpsc::channel();
    let held: Vec<_> = (1..=4)
        .map(|n| {
            let (job, let_go) = held(&started);
            queue.submit(tenant(n), job).expect("room");
            // So that one thread watches for all that come now.
            if n == 2 {
                let watches_or_has_begun = || {
                    let state = queue.shared.lock();
                    state.watching > 0 || state.waiting == 0
                };
                while !watches_or_has_begun() {
                    thread::yield_now();
                }
            }
            let_go
        })
        .collect();
    for _ in &held {
        runs.recv_timeout(LONG).expect("each has its turn");
    }
}

#[test]
fn a_tenant_has_no_more_runs_than_permits_however_long_they_take() {
    let queue = Queue::with_rules(2, 100, Duration::from_millis(1));
    let (started, runs) = mpsc::channel();
    let under_way = Arc::new(AtomicUsize::new(0));
    let held: Vec<_> = (0..10)
        .map(|_| {
            let (job, let_go) = held(&started);
            let under_way = Arc::clone(&under_way);
            let job = move || {
                under_way.fetch_add(1, Ordering::SeqCst);
                job();
                under_way.fetch_sub(1, Ordering::SeqCst);
            };
            queue.submit(tenant(1), Box::new(job)).expect("room");
            let_go
        })
        .collect();
    for let_go in held {
        // Both permits come back again and again, and none goes to the tenant.
        for _ in 0..20 {
            let (done, ends) = mpsc::channel();
            queue.submit(tenant(2), telling(&done)).expect("room");
            ends.recv_timeout(LONG).expect("the neighbour's run ends");
            assert!(under_way.load(Ordering::SeqCst) <= 2);
        }
        runs.recv_timeout(LONG).expect("each has its turn");
        drop(let_go);
    }
}

#[test]
fn tenants_take_turns() {
    let queue = Queue::with_rules(1, 100, LONG);
    let (started, runs) = mpsc::channel();
    let (job, let_go) = held(&started);
    queue.submit(tenant(0), job).expect("room");
    runs.recv_timeout(LONG).expect("the first runs");
    let (order, served) = mpsc::channel();
    for n in [1, 1, 1, 2, 3, 1, 2] {
        let order = order.clone();
        let job = move || order.send(n).expect("the test waits");
        queue.submit(tenant(n), Box::new(job)).expect("room");
    }
    let_go.send(()).expect("it waits");
    let served: Vec<_> = (0..7)
        .map(|_| served.recv_timeout(LONG).expect("all are served"))
        .collect();
    assert_eq!(served, [1, 2, 3, 1, 2, 1, 1]);
}

#[test]
fn a_withdrawn_job_never_runs_and_leaves_its_room() {
    let queue = Queue::with_rules(1, 3, LONG);
    let (started, runs) = mpsc::channel();
    let (job, let_go) = held(&started);
    let running = queue.submit(tenant(0), job).expect("room");
    runs.recv_timeout(LONG).expect("the first runs");
    let (order, served) = mpsc::channel();
    let owned = Arc::new(());
    let submit = |line: u8, name: &'static str| {
        let (order, owned) = (order.clone(), Arc::clone(&owned));
        let job = move || {
            drop(owned);
            order.send(name).expect("the test waits");
        };
        queue.submit(tenant(line), Box::new(job))
    };
    let first = submit(1, "first").expect("room");
    let only = submit(2, "only").expect("room");
    submit(1, "second").expect("room");
    assert_eq!(submit(3, "third"), Err(RunError::Busy(Busy::Queue)));
    assert_eq!(Arc::strong_count(&owned), 4);
    queue.withdraw(tenant(1), first);
    // It is the only one of its tenant, whose turn goes with it.
    queue.withdraw(tenant(2), only);
    assert_eq!(Arc::strong_count(&owned), 2, "what they owned is gone");
    // A number is good once, for its own tenant, and not for what has begun.
    queue.withdraw(tenant(1), first);
    queue.withdraw(tenant(0), running);
    submit(3, "third").expect("room");
    submit(2, "again").expect("room");
    let_go.send(()).expect("it was not withdrawn");
    let order: Vec<_> = (0..3)
        .map(|_| served.recv_timeout(LONG).expect("the others are served"))
        .collect();
    assert_eq!(order, ["second", "third", "again"]);
    queue.stop();
    assert!(served.try_recv().is_err(), "and nobody else");
}

#[test]
fn stopping_finishes_what_waits_and_refuses_the_rest() {
    let queue = Queue::with_rules(2, 3, Duration::from_millis(1));
    let (started, _runs) = mpsc::channel();
    let ended = Arc::new(AtomicUsize::new(0));
    let mut gates = Vec::new();
    // One tenant: two of its runs are under way and three wait, at most.
    let refused = loop {
        let (job, let_go) = held(&started);
        let ended = Arc::clone(&ended);
        let job: Job = Box::new(move || {
            job();
            ended.fetch_add(1, Ordering::SeqCst);
        });
        match queue.submit(tenant(1), job) {
            Ok(_) => gates.push(let_go),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, RunError::Busy(Busy::Queue));
    let taken = gates.len();
    assert!((3..=5).contains(&taken), "{taken} were taken");
    drop(gates);
    queue.stop();
    assert_eq!(ended.load(Ordering::SeqCst), taken);
    let (job, _gate) = held(&started);
    assert_eq!(queue.submit(tenant(1), job), Err(RunError::Stopped));
}

#[test]
fn nobody_waits_for_runs_that_do_not_end() {
    let queue = Queue::with_rules(2, 100, Duration::from_millis(1));
    let (started, runs) = mpsc::channel();
    let (done, ends) = mpsc::channel();
    for round in 0..300 {
        let mut let_go = Vec::new();
        for n in 0..5 {
            let job: Job = if (round + n) % 5 < 2 {
                let (job, release) = held(&started);
                let_go.push(release);
                queue.submit(tenant(1), job).expect("room");
                continue;
            } else {
                telling(&done)
            };
            queue.submit(tenant(2), job).expect("room");
        }
        for _ in 0..3 {
            ends.recv_timeout(LONG).expect("the neighbour's run ends");
        }
        drop(let_go);
        for _ in 0..2 {
            runs.recv_timeout(LONG).expect("each has its turn");
        }
    }
}

#[test]
fn a_tenant_that_uses_more_than_a_share_runs_at_low_priority_and_needs_no_permit() {
    let own = nice();
    let queue = Queue::with_rules(1, 100, LONG);
    let (told, priorities) = mpsc::channel();
    let burn = || {
        let told = told.clone();
        move || {
            let start = processor_time();
            while processor_time().saturating_sub(start) < Duration::from_millis(300) {}
            told.send(nice()).expect("the test waits");
        }
    };
    queue.submit(tenant(2), telling(&told)).expect("room");
    assert_eq!(priorities.recv_timeout(LONG), Ok(own));
    queue.submit(tenant(1), Box::new(burn())).expect("room");
    let (started, runs) = mpsc::channel();
    let (job, let_go) = held(&started);
    let probe = told.clone();
    let job = move || {
        probe.send(nice()).expect("the test waits");
        job();
    };
    // Waits behind the run that burns, so that its priority is decided when
    // that ends: use is forgotten within a second.
    queue.submit(tenant(1), Box::new(job)).expect("room");
    assert_eq!(priorities.recv_timeout(LONG), Ok(own));
    let low = priorities.recv_timeout(LONG).expect("it runs");
    assert!(low > own, "nice {low} beside {own}");
    runs.recv_timeout(LONG).expect("it is held");
    // The only permit is free: nothing has to be waited for.
    queue.submit(tenant(2), telling(&told)).expect("room");
    assert_eq!(priorities.recv_timeout(LONG), Ok(own));
    drop(let_go);
}
