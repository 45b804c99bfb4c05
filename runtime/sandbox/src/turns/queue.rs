//! The queue and its threads: takes jobs in, wakes and starts threads, and ends
//! them.

use super::priority::{self, Priority};
use super::rules::Rules;
use super::state::{Job, JobNumber, StartedJob, State};
use crate::caps::{PERMIT_KEPT_MAX, THREAD_STACK_BYTES};
use crate::run::invocation::{Busy, RunError};
use crate::run::processor_time::processor_time;
use hookmill_domain::TenantId;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use wasmtime::Engine;

pub(crate) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// For idle threads of either priority.
    ordinary: Condvar,
    low: Condvar,
    rules: Rules,
}

impl Queue {
    pub(crate) fn new(permits: usize, jobs_max: usize) -> Self {
        Self::with_rules(permits, jobs_max, PERMIT_KEPT_MAX)
    }

    fn with_rules(permits: usize, jobs_max: usize, kept_max: Duration) -> Self {
        let rules = Rules {
            permits: permits.max(1),
            jobs_max: jobs_max.max(1),
            kept_max,
        };
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State::new(&rules)),
                ordinary: Condvar::new(),
                low: Condvar::new(),
                rules,
            }),
        }
    }

    /// Puts a job in its tenant's queue.
    pub(crate) fn submit(&self, tenant: TenantId, job: Job) -> Result<JobNumber, RunError> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if state.stopped {
            return Err(RunError::Stopped);
        }
        if state.waiting >= shared.rules.jobs_max {
            return Err(RunError::Busy(Busy::Queue));
        }
        let Some(priority) = state.prospect(tenant, &shared.rules) else {
            return Ok(state.enqueue(tenant, job));
        };
        let priority = shared
            .staff(&mut state, priority)
            .map_err(|error| RunError::Internal(format!("can't start a thread: {error}")))?;
        let number = state.enqueue(tenant, job);
        state.give_turn(tenant, priority);
        let wakes = state.wakes(priority, &shared.rules);
        drop(state);
        if wakes {
            shared.condvar(priority).notify_one();
        }
        Ok(number)
    }

    /// Takes a job out of its tenant's queue, as if it had never been there.
    /// Does nothing to one that has begun.
    pub(crate) fn withdraw(&self, tenant: TenantId, number: JobNumber) {
        let mut state = self.shared.lock();
        let job = state.withdraw(tenant, number);
        if state.stopped {
            // It may have been the last that they stayed for.
            self.shared.wake_all();
        }
        drop(state);
        // What the job owns is not for others to wait for.
        drop(job);
    }

    /// Refuses new jobs, finishes the waiting ones and ends the threads.
    pub(crate) fn stop(&self) {
        let own = thread::current().id();
        loop {
            let threads = {
                let mut state = self.shared.lock();
                state.stopped = true;
                std::mem::take(&mut state.threads)
            };
            if threads.is_empty() {
                return;
            }
            self.shared.wake_all();
            for thread in threads {
                // The last clone of a sandbox may be dropped by a job of its
                // own.
                if thread.thread().id() != own {
                    // Jobs catch panics themselves; there is nothing left to do.
                    let _ = thread.join();
                }
            }
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    /// Starts a thread of this priority.
    fn spawn(self: &Arc<Self>, state: &mut State, priority: Priority) -> io::Result<()> {
        let shared = Arc::clone(self);
        let thread = thread::Builder::new()
            .name("sandbox".into())
            .stack_size(THREAD_STACK_BYTES)
            .spawn(move || shared.work(priority))?;
        state.threads.retain(|thread| !thread.is_finished());
        state.threads.push(thread);
        state.lane_mut(priority).threads += 1;
        Ok(())
    }

    /// What a thread does from its start to its end.
    fn work(self: &Arc<Self>, priority: Priority) {
        Engine::tls_eager_initialize();
        if priority == Priority::Low {
            priority::lower();
        }
        while let Some(StartedJob { number, job, .. }) = self.next(priority) {
            let before = processor_time();
            job();
            let used = processor_time().saturating_sub(before);
            self.finished(number, used, priority);
        }
    }

    /// The next job, when there is room for it. None at the end.
    fn next(self: &Arc<Self>, priority: Priority) -> Option<StartedJob> {
        let mut state = self.lock();
        loop {
            if let Some(started) = self.begin(&mut state, priority) {
                return Some(started);
            }
            if state.stopped && state.waiting == 0 {
                return None;
            }
            let until_release = match priority {
                Priority::Ordinary => state.until_release(&self.rules),
                Priority::Low => None,
            };
            state.lane_mut(priority).idle += 1;
            let wake = self.condvar(priority);
            state = match until_release {
                None => wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until_release) => {
                    state.watching += 1;
                    let waited = wake.wait_timeout(state, until_release);
                    let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
                    state.watching -= 1;
                    state
                }
            };
            state.lane_mut(priority).idle -= 1;
        }
    }

    /// Starts the job whose turn it is, if there is room for it.
    fn begin(self: &Arc<Self>, state: &mut State, priority: Priority) -> Option<StartedJob> {
        let is_served = state.has_turns(priority)
            && (state.has_room(priority, &self.rules)
                || (priority == Priority::Ordinary && state.release_eldest(&self.rules)));
        if !is_served {
            return None;
        }
        let started = state.start(priority)?;
        self.next_turn(state, started.tenant, priority);
        let is_watched = priority == Priority::Low || state.watching > 0;
        if state.has_turns(priority) && (state.has_room(priority, &self.rules) || !is_watched) {
            self.summon(state, priority);
        }
        Some(started)
    }

    /// Notes that a thread of this priority has finished a run that used this
    /// much of a processor.
    fn finished(self: &Arc<Self>, number: u64, used: Duration, priority: Priority) {
        let mut state = self.lock();
        let tenant = state.finish(number, used);
        self.next_turn(&mut state, tenant, priority);
        if state.stopped {
            self.wake_all();
        }
    }

    /// Gives the tenant another turn if it is due for one, and wakes a thread
    /// for it; but for a turn of this thread's own priority, which asks for its
    /// next one itself.
    fn next_turn(self: &Arc<Self>, state: &mut State, tenant: TenantId, own: Priority) {
        let Some(mut priority) = state.due(tenant, &self.rules) else {
            return;
        };
        if own != priority {
            // With no thread at all it waits for the next event.
            priority = self.staff(state, priority).unwrap_or(priority);
        }
        state.give_turn(tenant, priority);
        if own != priority && state.wakes(priority, &self.rules) {
            self.condvar(priority).notify_one();
        }
    }

    /// Sees to it that there are threads for one more turn: of ordinary
    /// priority where there are none of the other. Fails where there are none
    /// at all.
    fn staff(self: &Arc<Self>, state: &mut State, priority: Priority) -> io::Result<Priority> {
        if !state.lacks_threads(priority, &self.rules) {
            return Ok(priority);
        }
        match self.spawn(state, priority) {
            Ok(()) => Ok(priority),
            // Those that run already will get to it.
            Err(_) if state.lane(priority).threads > 0 => Ok(priority),
            Err(_) if priority == Priority::Low => self.staff(state, Priority::Ordinary),
            Err(error) => Err(error),
        }
    }

    /// Wakes an idle thread, or starts one where there is none.
    fn summon(self: &Arc<Self>, state: &mut State, priority: Priority) {
        let lane = state.lane(priority);
        if lane.idle > 0 {
            self.condvar(priority).notify_one();
        } else if lane.threads < self.rules.threads_max(priority) && !state.stopped {
            // Without one, the tenant has its turn when a run ends.
            let _ = self.spawn(state, priority);
        }
    }

    fn condvar(&self, priority: Priority) -> &Condvar {
        match priority {
            Priority::Ordinary => &self.ordinary,
            Priority::Low => &self.low,
        }
    }

    fn wake_all(&self) {
        self.ordinary.notify_all();
        self.low.notify_all();
    }

    /// No job runs under the lock, so a poisoned state is still consistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
