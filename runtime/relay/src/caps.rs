//! Every limit of the relay: deliveries under way, turns, uploads, leases, the
//! sweep, and how long it waits for what.
//!
//! What a tenant or an operator can set has its limits in the domain. Who may
//! have how much of what is shared is explained in the heading of the crate.

use std::time::Duration;

/// Deliveries under way at once, over all tenants: each is a task with a request
/// and an event in memory.
pub(crate) const IN_FLIGHT_MAX: u32 = 1_024;

/// Deliveries that one lane may get before the next has its turn.
pub(crate) const LANE_QUANTUM: u32 = 16;

/// How many times as many deliveries a lane may have unsettled as requests
/// under way. After a crash all of them are repeated.
pub(crate) const UNSETTLED_PER_REQUEST: u32 = 2;

/// Of what the others leave, a tenant leaves one of so many parts: a newcomer
/// always finds some places free.
pub(crate) const SHARE_PARTS: u32 = 4;

/// Runs that one tenant may have in the sandbox, waiting ones included: the
/// sandbox's queue is one for all, and a tenant whose runs take long waits for
/// itself.
pub(crate) const SANDBOX_RUNS_PER_TENANT: usize = 8;

/// Bodies that are decoded at once where the system does not say how many
/// processors there are.
pub(crate) const DECODINGS_DEFAULT: usize = 2;

/// Programs loaded at once: compiling takes a processor for seconds.
pub(crate) const LOADS_AT_ONCE: usize = 1;

/// Uploads of one tenant, the one that is loaded included.
pub(crate) const UPLOADS_PER_TENANT_MAX: usize = 4;

/// Uploads of all tenants, each of which keeps its program in memory.
pub(crate) const UPLOADS_MAX: usize = 32;

/// Milliseconds that a lease outlasts the longest request: time for the
/// sandbox, its queue and the settling.
pub(crate) const LEASE_SLACK_MS: u64 = 60_000;

/// How often a lease is extended within its time: two extensions may fail or
/// come late before it is lost.
pub(crate) const EXTENSIONS_PER_LEASE: u64 = 3;

/// Milliseconds after which a delivery that we could not work on is tried
/// again. It counts as no attempt, so it may come soon.
pub(crate) const RELEASED_DELAY_MS: u64 = 200;

/// The longest that the dispatcher sleeps without being woken: a lost wake-up
/// costs no more than this.
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(1);

/// The shortest sleep of the dispatcher: what is due within it is due.
pub(crate) const WAIT_MIN: Duration = Duration::from_millis(1);

/// The least time between two claims. Under load several deliveries end and
/// become due within it, and one claim serves them all; with time to spare
/// nothing waits for it.
pub(crate) const CLAIM_INTERVAL: Duration = Duration::from_millis(1);

/// How long the dispatcher waits after the store failed to answer.
pub(crate) const STORE_FAILURE_DELAY: Duration = Duration::from_secs(1);

/// How long loading waits after we, not the program, failed.
pub(crate) const LOAD_FAILURE_DELAY: Duration = Duration::from_secs(1);

/// The time between sweeps: an expired lease is found within it.
pub(crate) const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The time between sweeps while there is more to remove: the history must
/// shrink faster than it can grow.
pub(crate) const MORE_SWEEP_INTERVAL: Duration = Duration::from_millis(20);

/// Events that one sweep may look at: the store does nothing else meanwhile.
pub(crate) const SWEEP_BUDGET: usize = 1_000;

/// Share of the backlog's limit, in percent, from which on it is filling up.
pub(crate) const BACKLOG_FILLING_PERCENT: u64 = 80;

/// Share of the backlog's limit, in percent, below which it is not filling up any
/// more: so far below that a backlog about the first share is logged once.
pub(crate) const BACKLOG_CALM_PERCENT: u64 = 70;

/// Endpoints that are named in one log line.
pub(crate) const NAMED_MAX: usize = 10;

/// Held deliveries that are counted for one endpoint: counting reads them.
pub const HELD_COUNT_MAX: usize = 1_000;

/// For how long the child process that tries the queue's index reads its rows.
pub(crate) const INDEX_CHECK: Duration = Duration::from_millis(100);

/// How long the check before a start may take, opening included: a store of
/// several gigabytes opens in seconds, a damaged one may hang for ever.
pub(crate) const CHECK_DEADLINE: Duration = Duration::from_secs(120);

/// Bytes that are asked of the operating system's random numbers at a time:
/// enough for some fifty ids.
pub(crate) const RANDOM_POOL_BYTES: usize = 512;
