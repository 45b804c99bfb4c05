//! What the queue knows: whose jobs wait, which runs are under way, and whose
//! turn is next. Starts no thread and wakes none.

use super::priority::Priority;
use super::rules::Rules;
use super::usage::Usage;
use hookmill_domain::TenantId;
use std::collections::{HashMap, VecDeque};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(super) struct State {
    tenants: HashMap<TenantId, TenantJobs>,
    usage: Usage,
    ordinary: Lane,
    low: Lane,
    /// Jobs that wait.
    pub(super) waiting: usize,
    /// Jobs that were ever queued.
    numbered: u64,
    under_way: Vec<UnderWay>,
    started: u64,
    pub(super) threads: Vec<JoinHandle<()>>,
    /// Idle threads that wait for a run whose permit is due.
    pub(super) watching: usize,
    pub(super) stopped: bool,
}

/// The turns at one priority, and the threads that take them.
#[derive(Default)]
pub(super) struct Lane {
    /// Tenants with a job that may start once there is room, in the order of
    /// their turns.
    turns: VecDeque<TenantId>,
    pub(super) threads: usize,
    pub(super) idle: usize,
}

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Which job of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobNumber(u64);

/// One tenant's jobs.
#[derive(Default)]
struct TenantJobs {
    waiting: VecDeque<(JobNumber, Job)>,
    under_way: usize,
    /// The lane that it stands in.
    turn: Option<Priority>,
}

/// A job that a thread is doing. Those of ordinary priority have a permit, until
/// they give it back.
struct UnderWay {
    number: u64,
    tenant: TenantId,
    since: Instant,
    priority: Priority,
    has_released: bool,
}

/// A job that a thread begins.
pub(super) struct StartedJob {
    pub(super) number: u64,
    pub(super) tenant: TenantId,
    pub(super) job: Job,
}

impl State {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            tenants: HashMap::new(),
            usage: Usage::new(rules.permits),
            ordinary: Lane::default(),
            low: Lane::default(),
            waiting: 0,
            numbered: 0,
            under_way: Vec::new(),
            started: 0,
            threads: Vec::new(),
            watching: 0,
            stopped: false,
        }
    }

    pub(super) fn lane(&self, priority: Priority) -> &Lane {
        match priority {
            Priority::Ordinary => &self.ordinary,
            Priority::Low => &self.low,
        }
    }

    pub(super) fn lane_mut(&mut self, priority: Priority) -> &mut Lane {
        match priority {
            Priority::Ordinary => &mut self.ordinary,
            Priority::Low => &mut self.low,
        }
    }

    /// Runs of this priority that have not given their permit back.
    fn count(&self, priority: Priority) -> usize {
        let runs = self.under_way.iter();
        runs.filter(|run| run.priority == priority && !run.has_released)
            .count()
    }

    fn may_release(&self, rules: &Rules) -> bool {
        let released = self.under_way.iter().filter(|run| run.has_released);
        released.count() < rules.released_max()
    }

    /// Whether a run of this priority may start now.
    pub(super) fn has_room(&self, priority: Priority, rules: &Rules) -> bool {
        self.count(priority) < rules.runs_max(priority)
    }

    pub(super) fn has_turns(&self, priority: Priority) -> bool {
        !self.lane(priority).turns.is_empty()
    }

    /// Whether one more turn finds too few idle threads: one for each run that
    /// may start, or one that watches for a run whose permit is due.
    pub(super) fn lacks_threads(&self, priority: Priority, rules: &Rules) -> bool {
        let free = rules
            .runs_max(priority)
            .saturating_sub(self.count(priority));
        let lane = self.lane(priority);
        let wanted = (lane.turns.len() + 1).min(free).max(1);
        lane.idle < wanted && lane.threads < rules.threads_max(priority)
    }

    /// Whether one more job that may start needs a thread to be woken: for free
    /// room; or, for the first that waits for a permit, to begin to watch for a
    /// run whose permit is due. Otherwise a thread that finishes gets to it, and
    /// waking another costs more than many runs.
    pub(super) fn wakes(&self, priority: Priority, rules: &Rules) -> bool {
        self.has_room(priority, rules)
            || (priority == Priority::Ordinary && self.ordinary.turns.len() == 1)
    }

    /// The priority of the run that one more job of the tenant would lead to, if
    /// it may start before another run of the tenant's ends.
    pub(super) fn prospect(&self, tenant: TenantId, rules: &Rules) -> Option<Priority> {
        let jobs = self.tenants.get(&tenant);
        let may_start = jobs.is_none_or(|jobs| jobs.under_way < rules.permits);
        let turn = jobs.and_then(|jobs| jobs.turn);
        may_start.then(|| turn.unwrap_or_else(|| self.priority(tenant)))
    }

    /// The priority of the run that the tenant's first waiting job leads to, if
    /// that may start now and has no turn yet.
    pub(super) fn due(&self, tenant: TenantId, rules: &Rules) -> Option<Priority> {
        let jobs = self.tenants.get(&tenant)?;
        let is_due = !jobs.waiting.is_empty() && jobs.turn.is_none();
        (is_due && jobs.under_way < rules.permits).then(|| self.priority(tenant))
    }

    fn priority(&self, tenant: TenantId) -> Priority {
        if self.usage.is_heavy(tenant, Instant::now()) {
            Priority::Low
        } else {
            Priority::Ordinary
        }
    }

    /// Puts a job in its tenant's queue.
    pub(super) fn enqueue(&mut self, tenant: TenantId, job: Job) -> JobNumber {
        self.numbered += 1;
        let number = JobNumber(self.numbered);
        let jobs = self.tenants.entry(tenant).or_default();
        jobs.waiting.push_back((number, job));
        self.waiting += 1;
        number
    }

    /// Takes a job out of its tenant's queue, and the turn that it leaves
    /// without one; none when it has begun.
    pub(super) fn withdraw(&mut self, tenant: TenantId, number: JobNumber) -> Option<Job> {
        let jobs = self.tenants.get_mut(&tenant)?;
        let position = jobs.waiting.iter().position(|(it, _)| *it == number)?;
        let (_, job) = jobs.waiting.remove(position)?;
        self.waiting -= 1;
        if jobs.waiting.is_empty() {
            let turn = jobs.turn.take();
            if jobs.under_way == 0 {
                self.tenants.remove(&tenant);
            }
            if let Some(priority) = turn {
                let turns = &mut self.lane_mut(priority).turns;
                turns.retain(|waiting| *waiting != tenant);
            }
        }
        Some(job)
    }

    /// Gives a tenant a turn, if it has none.
    pub(super) fn give_turn(&mut self, tenant: TenantId, priority: Priority) {
        if let Some(jobs) = self.tenants.get_mut(&tenant)
            && jobs.turn.is_none()
        {
            jobs.turn = Some(priority);
            self.lane_mut(priority).turns.push_back(tenant);
        }
    }

    /// Starts the job whose turn it is.
    pub(super) fn start(&mut self, priority: Priority) -> Option<StartedJob> {
        let tenant = self.lane_mut(priority).turns.pop_front()?;
        let jobs = self.tenants.get_mut(&tenant)?;
        jobs.turn = None;
        let (_, job) = jobs.waiting.pop_front()?;
        jobs.under_way += 1;
        self.waiting -= 1;
        self.started += 1;
        let number = self.started;
        self.under_way.push(UnderWay {
            number,
            tenant,
            since: Instant::now(),
            priority,
            has_released: false,
        });
        Some(StartedJob {
            number,
            tenant,
            job,
        })
    }

    /// Takes a run off the list that used this much of a processor. Its tenant.
    pub(super) fn finish(&mut self, number: u64, used: Duration) -> TenantId {
        let position = self.under_way.iter().position(|run| run.number == number);
        let run = self
            .under_way
            .swap_remove(position.expect("what started is under way"));
        self.usage.charge(run.tenant, used, Instant::now());
        let jobs = self
            .tenants
            .get_mut(&run.tenant)
            .expect("a tenant stays while it has runs");
        jobs.under_way -= 1;
        if jobs.waiting.is_empty() && jobs.under_way == 0 {
            self.tenants.remove(&run.tenant);
        }
        run.tenant
    }

    /// Takes the permit back from the run that has had its own for longest, if
    /// that was long enough.
    pub(super) fn release_eldest(&mut self, rules: &Rules) -> bool {
        if !self.may_release(rules) {
            return false;
        }
        let keeping = self.under_way.iter_mut();
        let keeping = keeping.filter(|run| run.priority == Priority::Ordinary && !run.has_released);
        match keeping.min_by_key(|run| run.since) {
            Some(run) if run.since.elapsed() >= rules.kept_max => {
                run.has_released = true;
                true
            }
            _ => false,
        }
    }

    /// How long to wait until a run's permit is due; none where nothing waits for
    /// one.
    pub(super) fn until_release(&self, rules: &Rules) -> Option<Duration> {
        if self.ordinary.turns.is_empty() || !self.may_release(rules) {
            return None;
        }
        let keeping = self.under_way.iter();
        let keeping = keeping.filter(|run| run.priority == Priority::Ordinary && !run.has_released);
        let eldest = keeping.map(|run| run.since).min()?;
        Some(rules.kept_max.saturating_sub(eldest.elapsed()))
    }
}
