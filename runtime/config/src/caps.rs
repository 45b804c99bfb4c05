//! Every limit of this crate: what the file may hold, and within which range
//! each of its numbers must be.
//!
//! The sandbox limits have their ceiling in the domain (`SandboxCaps::CEILING`),
//! which also holds what is taken where the file says nothing.

use std::ops::RangeInclusive;

/// Bytes of a configuration file: it is read into memory whole, and tens of
/// thousands of endpoints fit.
pub(super) const CONFIG_BYTES_MAX: u64 = 16 << 20;

/// Characters of the name of a tenant or of one of its resources: names stand
/// in URLs, in log lines and in file names.
pub(super) const NAME_CHARS_MAX: usize = 64;

/// Edits by which a wrong name may differ from the one that was probably meant:
/// one for each third of its characters, within this range.
pub(super) const NEAREST_EDITS: RangeInclusive<usize> = 1..=3;

/// Characters of a wrong log filter that are shown: enough to find it again.
pub(super) const LOG_FILTER_SHOWN_CHARS_MAX: usize = 200;

/// `server.disk_free_bytes_min`, at most a pebibyte: more is a slip of the pen.
pub(super) const DISK_FREE_BYTES: RangeInclusive<u64> = 0..=1 << 50;

/// `limits.body_bytes_max`. Two bytes are `{}`. The ceiling is there because
/// one event passes through memory several times, and a guest holds it in its
/// own.
pub const BODY_BYTES: RangeInclusive<usize> = 2..=16 << 20;

/// `limits.timestamp_tolerance_s`, at most a day: for as long an event can be
/// sent again by somebody who overheard it.
pub(super) const TIMESTAMP_TOLERANCE_S: RangeInclusive<u64> = 1..=86_400;

/// `limits.backlog_deliveries_max`. The disk is full long before the ceiling.
pub(super) const BACKLOG_EVENTS: RangeInclusive<u64> = 1..=1_000_000_000;

/// `sandbox.threads`: more than the processors of any machine help nothing.
pub(super) const SANDBOX_THREADS: RangeInclusive<usize> = 1..=256;

/// Threads of the sandbox where neither the file nor the system says how many
/// processors there are.
pub(super) const SANDBOX_THREADS_DEFAULT: usize = 2;

/// Bytes of a WebAssembly page: no guest's memory is smaller.
pub(super) const PAGE_BYTES: usize = 64 << 10;

/// `history.days` where the file does not say it: time to find out what happened
/// last month.
pub(super) const HISTORY_DAYS_DEFAULT: u64 = 30;

/// `history.days`, at most ten years.
pub(super) const HISTORY_DAYS: RangeInclusive<u64> = 1..=3_650;

/// Seconds between two attempts, at most 30 days: a later one would meet
/// another world.
pub(super) const RETRY_DELAY_S: RangeInclusive<u64> = 0..=30 * 24 * 3_600;

/// Retries of one delivery: each attempt is kept in the history.
pub(super) const RETRIES_MAX: usize = 50;

/// Status codes that can be declared a success: those that end an exchange.
pub(super) const SUCCESS_CODES: RangeInclusive<u64> = 200..=599;

/// Requests under way to one endpoint: each holds a socket of ours.
pub(super) const CONCURRENCY: RangeInclusive<u64> = 1..=10_000;

/// Requests to one endpoint in a second: far beyond what a relay sends.
pub(super) const RATE_PER_SECOND: RangeInclusive<u64> = 1..=1_000_000;

/// Milliseconds to connect, at most a minute: a request that connects is one of
/// those that its endpoint may have under way.
pub(super) const CONNECT_TIMEOUT_MS: RangeInclusive<u64> = 1..=60_000;

/// Milliseconds of a whole request, at most five minutes: until it ends it is
/// one of those that its endpoint may have under way.
pub(super) const REQUEST_TIMEOUT_MS: RangeInclusive<u64> = 1..=300_000;
