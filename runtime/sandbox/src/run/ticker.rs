//! The epoch ticker: turns wall time into deadlines.
//!
//! One epoch is one millisecond for all instances of the engine; nobody else
//! may advance it, because that would shorten the neighbours' deadlines. While
//! no instance runs the thread sleeps, so an idle process wakes up for nothing.

use crate::caps::{IDLE_TICKS_MAX, TICKER_STACK_BYTES};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use wasmtime::EngineWeak;

const TICK: Duration = Duration::from_millis(1);

pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
}

struct Shared {
    /// Runs under way.
    running: AtomicUsize,
    asleep: AtomicBool,
}

/// Keeps the epochs going for as long as it lives.
pub(crate) struct Ticking<'a>(&'a Shared);

impl Ticker {
    /// Starts the thread. It ends when the engine has been dropped and it is
    /// woken, which dropping the ticker does.
    pub(crate) fn start(engine: EngineWeak) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            running: AtomicUsize::new(0),
            asleep: AtomicBool::new(false),
        });
        let own = Arc::clone(&shared);
        let handle = thread::Builder::new()
            .name("sandbox-ticker".into())
            .stack_size(TICKER_STACK_BYTES)
            .spawn(move || tick(&own, &engine))?;
        Ok(Self {
            shared,
            thread: handle.thread().clone(),
        })
    }

    /// Call before a run's deadline is set.
    pub(crate) fn ticking(&self) -> Ticking<'_> {
        // Sequentially consistent, as is the ticker's side: either it sees
        // this run, or this run sees that it sleeps.
        self.shared.running.fetch_add(1, Ordering::SeqCst);
        if self.shared.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Ticking(&self.shared)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.thread.unpark();
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn tick(shared: &Shared, engine: &EngineWeak) {
    let mut last = Instant::now();
    let mut idle_ticks = 0;
    loop {
        thread::sleep(TICK);
        let Some(engine) = engine.upgrade() else {
            return;
        };
        // A late wake-up owes the epochs that it missed.
        while last.elapsed() >= TICK {
            last += TICK;
            engine.increment_epoch();
        }
        drop(engine);
        if shared.running.load(Ordering::SeqCst) > 0 {
            idle_ticks = 0;
            continue;
        }
        idle_ticks += 1;
        if idle_ticks < IDLE_TICKS_MAX {
            continue;
        }
        shared.asleep.store(true, Ordering::SeqCst);
        if shared.running.load(Ordering::SeqCst) == 0 {
            thread::park();
        }
        shared.asleep.store(false, Ordering::SeqCst);
        idle_ticks = 0;
        last = Instant::now();
    }
}
