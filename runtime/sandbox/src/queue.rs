//! The sandbox's threads, and the bounded queue in front of them.
//!
//! Guests run on operating-system threads of their own, never on those of an
//! async runtime: a call may take as long as its deadline allows, and needs a
//! stack of known size (exhausting a native stack ends the process). Threads
//! start when there is work that no idle thread can take.
//!
//! As many runs as there are places are under way at once, and tenants take
//! turns. A run that takes long lends its place to the next one, on another
//! thread; from then on the operating system shares the processors between
//! them. So a tenant whose transforms loop costs its neighbours processor time
//! and no waiting.

use crate::invocation::{Busy, RunError};
use hookmill_domain::TenantId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// Bytes of a thread's stack: wasm's own limit, and as much again several
/// times over for the host functions that it calls.
pub(crate) const STACK_BYTES: usize = 8 << 20;

/// How long a run keeps its place when others wait: far more than an ordinary
/// run takes.
const LEND_AFTER: Duration = Duration::from_millis(5);

/// Runs that have lent their place, for each place: a bound on threads.
const LENT_PER_PLACE: usize = 8;

pub(crate) type Job = Box<dyn FnOnce() + Send>;

pub(crate) struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    /// Runs under way at once, of all tenants and of each, but for those that
    /// have lent their place.
    places: usize,
    jobs_max: usize,
    lend_after: Duration,
}

struct State {
    tenants: HashMap<TenantId, Line>,
    /// Tenants with a job that may start once a place is free, in the order
    /// of their turns.
    turns: VecDeque<TenantId>,
    /// Jobs that wait.
    jobs: usize,
    under_way: Vec<UnderWay>,
    started: u64,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    stopped: bool,
}

/// One tenant's jobs.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Job>,
    under_way: usize,
}

/// A job that a thread is doing.
struct UnderWay {
    number: u64,
    tenant: TenantId,
    since: Instant,
    has_lent: bool,
}

impl Queue {
    pub(crate) fn new(places: usize, jobs_max: usize) -> Self {
        Self::with_patience(places, jobs_max, LEND_AFTER)
    }

    fn with_patience(places: usize, jobs_max: usize, lend_after: Duration) -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    tenants: HashMap::new(),
                    turns: VecDeque::new(),
                    jobs: 0,
                    under_way: Vec::new(),
                    started: 0,
                    idle: 0,
                    threads: Vec::new(),
                    stopped: false,
                }),
                wake: Condvar::new(),
                places: places.max(1),
                jobs_max: jobs_max.max(1),
                lend_after,
            }),
        }
    }

    /// Puts a job in its tenant's line.
    pub(crate) fn submit(&self, tenant: TenantId, job: Job) -> Result<(), RunError> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if state.stopped {
            return Err(RunError::Stopped);
        }
        if state.jobs >= shared.jobs_max {
            return Err(RunError::Busy(Busy::Queue));
        }
        let may_start = state.has_room(tenant, shared.places);
        if may_start && state.lacks_threads(shared) {
            match shared.spawn() {
                Ok(thread) => state.threads.push(thread),
                // Those that run already will get to it.
                Err(_) if !state.threads.is_empty() => {}
                Err(error) => {
                    return Err(RunError::Internal(format!("can't start a thread: {error}")));
                }
            }
        }
        state.enqueue(tenant, job, shared.places);
        // For a free place; or, the first that waits for one, to begin to
        // watch for a run that lends its. Otherwise a thread that finishes
        // gets to it, and waking another costs more than many runs.
        let wakes = may_start && (state.taken() < shared.places || state.turns.len() == 1);
        drop(state);
        if wakes {
            shared.wake.notify_one();
        }
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
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn spawn(self: &Arc<Self>) -> std::io::Result<JoinHandle<()>> {
        let shared = Arc::clone(self);
        thread::Builder::new()
            .name("sandbox".into())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                Engine::tls_eager_initialize();
                while let Some((number, job)) = shared.next() {
                    job();
                    shared.finished(number);
                }
            })
    }

    /// The next job, when there is a place for it. None at the end.
    fn next(self: &Arc<Self>) -> Option<(u64, Job)> {
        let mut state = self.lock();
        loop {
            let is_full = state.taken() >= self.places;
            if !state.turns.is_empty() && (!is_full || state.lend(self)) {
                let started = state.start(self.places);
                // Another may have a place; or this one has watched until now.
                let another = is_full || state.taken() < self.places;
                if another && !state.turns.is_empty() {
                    self.summon(&mut state);
                }
                return started;
            }
            if state.stopped && state.jobs == 0 {
                return None;
            }
            let patience = state.patience(self);
            state.idle += 1;
            state = match patience {
                None => self
                    .wake
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let waited = self.wake.wait_timeout(state, patience);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            state.idle -= 1;
        }
    }

    /// Wakes an idle thread, or starts one where there is none.
    fn summon(self: &Arc<Self>, state: &mut State) {
        if state.idle > 0 {
            self.wake.notify_one();
        } else if state.threads.len() < self.threads_max()
            && !state.stopped
            && let Ok(thread) = self.spawn()
        {
            // Without one, whoever waits has its turn when a run ends.
            state.threads.push(thread);
        }
    }

    fn threads_max(&self) -> usize {
        self.places + self.lent_max() + 1
    }

    fn finished(&self, number: u64) {
        let mut state = self.lock();
        state.finish(number, self.places);
        if state.stopped {
            self.wake.notify_all();
        }
    }

    fn lent_max(&self) -> usize {
        self.places * LENT_PER_PLACE
    }

    /// No job runs under the lock, so a poisoned state is still consistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Places in use.
    fn taken(&self) -> usize {
        self.under_way.iter().filter(|run| !run.has_lent).count()
    }

    /// Whether one more job finds too few idle threads: one for each free
    /// place, or one that watches for a run to lend its.
    fn lacks_threads(&self, shared: &Shared) -> bool {
        let free = shared.places.saturating_sub(self.taken());
        let wanted = (self.jobs + 1).min(free).max(1);
        self.idle < wanted && self.threads.len() < shared.threads_max()
    }

    /// Whether a tenant has fewer runs under way than it may.
    fn has_room(&self, tenant: TenantId, places: usize) -> bool {
        let line = self.tenants.get(&tenant);
        line.is_none_or(|line| line.under_way < places)
    }

    fn enqueue(&mut self, tenant: TenantId, job: Job, places: usize) {
        let line = self.tenants.entry(tenant).or_default();
        line.waiting.push_back(job);
        self.jobs += 1;
        if line.waiting.len() == 1 && line.under_way < places {
            self.turns.push_back(tenant);
        }
    }

    /// Starts the job whose turn it is.
    fn start(&mut self, places: usize) -> Option<(u64, Job)> {
        let tenant = self.turns.pop_front()?;
        let line = self.tenants.get_mut(&tenant)?;
        let job = line.waiting.pop_front()?;
        line.under_way += 1;
        self.jobs -= 1;
        if !line.waiting.is_empty() && line.under_way < places {
            self.turns.push_back(tenant);
        }
        self.started += 1;
        let number = self.started;
        self.under_way.push(UnderWay {
            number,
            tenant,
            since: Instant::now(),
            has_lent: false,
        });
        Some((number, job))
    }

    fn finish(&mut self, number: u64, places: usize) {
        let position = self.under_way.iter().position(|run| run.number == number);
        let run = self
            .under_way
            .swap_remove(position.expect("what started is under way"));
        let line = self
            .tenants
            .get_mut(&run.tenant)
            .expect("a tenant stays while it has runs");
        let was_full = line.under_way == places;
        line.under_way -= 1;
        if line.waiting.is_empty() {
            if line.under_way == 0 {
                self.tenants.remove(&run.tenant);
            }
        } else if was_full {
            self.turns.push_back(run.tenant);
        }
    }

    /// Takes the place of the run that has had its own for longest, if that
    /// was long enough.
    fn lend(&mut self, shared: &Shared) -> bool {
        let lent = self.under_way.len() - self.taken();
        let eldest = self.under_way.iter_mut().filter(|run| !run.has_lent);
        match eldest.min_by_key(|run| run.since) {
            Some(run) if lent < shared.lent_max() && run.since.elapsed() >= shared.lend_after => {
                run.has_lent = true;
                true
            }
            _ => false,
        }
    }

    /// How long to wait for a run to lend its place; none where nothing waits
    /// for one.
    fn patience(&self, shared: &Shared) -> Option<Duration> {
        let lent = self.under_way.len() - self.taken();
        if self.turns.is_empty() || lent >= shared.lent_max() {
            return None;
        }
        let keeping = self.under_way.iter().filter(|run| !run.has_lent);
        let eldest = keeping.map(|run| run.since).min()?;
        Some(shared.lend_after.saturating_sub(eldest.elapsed()))
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_run_that_takes_long_lends_its_place_to_another_tenant() {
        let queue = Queue::with_patience(1, 100, Duration::from_millis(1));
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
    fn whoever_waits_for_several_long_runs_has_a_turn_all_the_same() {
        let queue = Queue::with_patience(1, 100, Duration::from_millis(200));
        let (started, runs) = mpsc::channel();
        let held: Vec<_> = (1..=4)
            .map(|n| {
                let (job, let_go) = held(&started);
                queue.submit(tenant(n), job).expect("room");
                // So that one thread watches for all that come now.
                thread::sleep(Duration::from_millis(10));
                let_go
            })
            .collect();
        for _ in &held {
            runs.recv_timeout(LONG).expect("each has its turn");
        }
    }

    #[test]
    fn a_tenant_has_no_more_runs_than_places_however_long_they_take() {
        let queue = Queue::with_patience(2, 100, Duration::from_millis(1));
        let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (done, ends) = mpsc::channel();
        for _ in 0..10 {
            let (under_way, most, done) = (Arc::clone(&under_way), Arc::clone(&most), done.clone());
            let job = move || {
                let now = under_way.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(5));
                under_way.fetch_sub(1, Ordering::SeqCst);
                done.send(()).expect("the test waits");
            };
            queue.submit(tenant(1), Box::new(job)).expect("room");
        }
        for _ in 0..10 {
            ends.recv_timeout(LONG).expect("every run ends");
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn tenants_take_turns() {
        let queue = Queue::with_patience(1, 100, LONG);
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
    fn stopping_finishes_what_waits_and_refuses_the_rest() {
        let queue = Queue::with_patience(2, 3, Duration::from_millis(1));
        let ended = Arc::new(AtomicUsize::new(0));
        let job = || -> Job {
            let ended = Arc::clone(&ended);
            Box::new(move || {
                thread::sleep(Duration::from_millis(20));
                ended.fetch_add(1, Ordering::SeqCst);
            })
        };
        let taken = (0..40).filter(|n| queue.submit(tenant(n % 3), job()).is_ok());
        let taken = taken.count();
        assert!(taken < 40, "the queue has a limit");
        queue.stop();
        assert_eq!(ended.load(Ordering::SeqCst), taken);
        assert_eq!(queue.submit(tenant(1), job()), Err(RunError::Stopped));
    }
}
