//! The sandbox's threads, and the bounded queue in front of them.
//!
//! Guests run on operating-system threads of their own, never on those of an
//! async runtime: a call may take as long as its deadline allows, and needs a
//! stack of known size (exhausting a native stack ends the process). Threads
//! start when there is work that no idle thread can take.

use crate::invocation::{Busy, RunError};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use wasmtime::Engine;

/// Bytes of a thread's stack: wasm's own limit, and as much again several
/// times over for the host functions that it calls.
pub(crate) const STACK_BYTES: usize = 8 << 20;

pub(crate) type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    threads_max: usize,
    jobs_max: usize,
}

struct State {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    stopped: bool,
}

impl Queue {
    pub(crate) fn new(threads_max: usize, jobs_max: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    jobs: VecDeque::new(),
                    idle: 0,
                    threads: Vec::new(),
                    stopped: false,
                }),
                wake: Condvar::new(),
                threads_max: threads_max.max(1),
                jobs_max: jobs_max.max(1),
            }),
        }
    }

    /// Puts a job in line.
    pub(crate) fn submit(&self, job: Job) -> Result<(), RunError> {
        let mut state = self.shared.lock();
        if state.stopped {
            return Err(RunError::Stopped);
        }
        if state.jobs.len() >= self.shared.jobs_max {
            return Err(RunError::Busy(Busy::Queue));
        }
        state.jobs.push_back(job);
        let short = state.idle < state.jobs.len();
        if short && state.threads.len() < self.shared.threads_max {
            match self.spawn() {
                Ok(thread) => state.threads.push(thread),
                // Those that run already will get to it.
                Err(_) if !state.threads.is_empty() => {}
                Err(error) => {
                    state.jobs.pop_back();
                    return Err(RunError::Internal(format!("can't start a thread: {error}")));
                }
            }
        }
        drop(state);
        self.shared.wake.notify_one();
        Ok(())
    }

    /// Refuses new jobs, finishes the waiting ones and ends the threads.
    pub(crate) fn stop(&self) {
        let threads = {
            let mut state = self.shared.lock();
            state.stopped = true;
            std::mem::take(&mut state.threads)
        };
        self.shared.wake.notify_all();
        let own = thread::current().id();
        for thread in threads {
            // The last clone of a sandbox may be dropped by a job of its own.
            if thread.thread().id() != own {
                // Jobs catch panics themselves; there is nothing left to do.
                let _ = thread.join();
            }
        }
    }

    fn spawn(&self) -> std::io::Result<JoinHandle<()>> {
        let shared = Arc::clone(&self.shared);
        thread::Builder::new()
            .name("sandbox".into())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                Engine::tls_eager_initialize();
                while let Some(job) = shared.next() {
                    job();
                }
            })
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.stopped {
                return None;
            }
            state.idle += 1;
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// No job runs under the lock, so a poisoned state is still consistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
