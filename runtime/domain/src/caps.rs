//! Every limit of the domain, and those that several crates share, with their
//! defaults.
//!
//! A limit that a tenant or operator can change stands in a struct; one that
//! is fixed by a format or a standard is a constant. What only one other crate
//! limits stands in the `caps.rs` of that crate:
//!
//! - `cli`: files, answers and waiting of the command line
//! - `config`: the file, and the range of each number in it
//! - `egress`: connections, lookups, and how much of an answer is read
//! - `relay`: deliveries under way, turns, uploads, leases, the sweep
//! - `sandbox`: programs, their compiling and their runs
//! - `server`: requests to the HTTP routes
//!
//! `api` has no limits; those of `store` stand with what they limit.

use std::ops::RangeInclusive;

/// What an accepted event may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IngestCaps {
    /// Bytes of a request body.
    pub body_bytes_max: usize,
    /// Seconds by which a signature's timestamp may differ from now, either
    /// way (Standard Webhooks leaves it open; its libraries use 300).
    pub timestamp_tolerance_s: u64,
    /// Deliveries that wait, over all tenants; beyond it events are refused
    /// with 503 until some have ended.
    pub backlog_deliveries_max: u64,
}

impl Default for IngestCaps {
    fn default() -> Self {
        Self {
            body_bytes_max: 1 << 20,
            timestamp_tolerance_s: 300,
            backlog_deliveries_max: 10_000_000,
        }
    }
}

/// Bytes that must be free on the disk to accept events, unless the operator
/// says otherwise: room to settle what was accepted before.
pub const DISK_FREE_BYTES_MIN: u64 = 2 << 30;

/// What one run of a transform may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxCaps {
    /// Fuel: about one unit a WebAssembly instruction; more for a large event,
    /// see [`SandboxCaps::for_event`].
    pub fuel_max: u64,
    /// Milliseconds of wall time; more for a large event.
    pub deadline_ms: u64,
    /// Bytes of linear memory, summed over all memories of the instance; more
    /// for a large event.
    pub memory_bytes_max: usize,
    /// Bytes of the resulting webhook: URL, headers and payload together; more
    /// for a large event.
    pub output_bytes_max: usize,
    /// Bytes of log text; what is beyond is cut, with a marker.
    pub log_bytes_max: usize,
}

impl Default for SandboxCaps {
    fn default() -> Self {
        Self {
            fuel_max: 500_000_000,
            deadline_ms: 250,
            memory_bytes_max: 64 << 20,
            output_bytes_max: 1 << 20,
            log_bytes_max: 16 << 10,
        }
    }
}

impl SandboxCaps {
    /// The most an operator can allow; the pool is laid out for it.
    pub const CEILING: Self = Self {
        fuel_max: 10_000_000_000,
        deadline_ms: 30_000,
        memory_bytes_max: 256 << 20,
        output_bytes_max: 16 << 20,
        log_bytes_max: 1 << 20,
    };

    /// Bytes of an event for which the caps are meant as they stand.
    pub const EVENT_BYTES_INCLUDED: usize = 64 << 10;

    /// Fuel for each further byte of an event. The dearest that is known takes
    /// some 2,000 in JavaScript: an object of 100,000 names that are numbers,
    /// each of which is looked at.
    pub const FUEL_PER_FURTHER_BYTE: u64 = 2_000;

    /// Milliseconds for each further KiB of an event: what that fuel takes,
    /// and half as much again.
    pub const MS_PER_FURTHER_KIB: u64 = 3;

    /// Bytes of memory for each further byte of an event: some 30 hold it twice
    /// in JavaScript when it is made of empty lists.
    pub const MEMORY_PER_FURTHER_BYTE: usize = 40;

    /// The caps of a run over an event of this size: any that is accepted must
    /// pass an ordinary handler, so a large one brings fuel, time, memory and
    /// bytes of result of its own.
    #[must_use]
    pub fn for_event(&self, bytes: usize) -> Self {
        let further = bytes.saturating_sub(Self::EVENT_BYTES_INCLUDED);
        let (units, kib) = (further as u64, (further as u64).div_ceil(1 << 10));
        Self {
            fuel_max: self
                .fuel_max
                .saturating_add(units.saturating_mul(Self::FUEL_PER_FURTHER_BYTE)),
            deadline_ms: self
                .deadline_ms
                .saturating_add(kib.saturating_mul(Self::MS_PER_FURTHER_KIB)),
            memory_bytes_max: self
                .memory_bytes_max
                .saturating_add(further.saturating_mul(Self::MEMORY_PER_FURTHER_BYTE)),
            output_bytes_max: self.output_bytes_max.saturating_add(further),
            ..*self
        }
    }
}

/// Bytes of a WebAssembly component that may be loaded: one of Python, which
/// holds the interpreter, has 19 MB.
pub const COMPONENT_BYTES_MAX: usize = 50 << 20;

/// Bytes of a JavaScript source (Svix: 51,200): a handler with its libraries in
/// one file.
pub const SOURCE_BYTES_MAX: usize = 1 << 20;

/// Versions of one uploaded transform that are kept; a further upload needs
/// one to be deleted. All of them stand in one file, which each change writes
/// anew.
pub const VERSIONS_MAX: usize = 1_000;

/// Bytes of all uploaded programs of one tenant: the disk is one for all.
pub const UPLOADED_BYTES_MAX: u64 = 1 << 30;

/// Sample events of one upload: each is a run before the upload is answered.
pub const SAMPLES_MAX: usize = 100;

/// Bytes of a request URL, escaped: what the HTTP library can send (Svix:
/// 65,536).
pub const URL_BYTES_MAX: usize = 65_534;

/// Header fields of a request: as many as common servers take.
pub const HEADERS_MAX: usize = 100;

/// Bytes of all header names and values of a request together: more than common
/// servers take, some of which refuse 8 KiB.
pub const HEADER_BYTES_MAX: usize = 32 << 10;

/// Bytes of an event id given by its sender (`webhook-id`): it is a part of the
/// idempotency key.
pub const EVENT_KEY_BYTES_MAX: usize = 256;

/// Objects and lists of an event that may stand in each other. Far more than
/// anybody writes.
pub const EVENT_DEPTH_MAX: u32 = 10_000;

/// Objects and lists that may stand in each other in everything else that is
/// read as JSON: more than in an event, because it may hold what became of one.
pub const JSON_DEPTH_MAX: u32 = EVENT_DEPTH_MAX + 100;

/// Bytes of an event type: it stands in log lines and in filters.
pub const EVENT_TYPE_BYTES_MAX: usize = 256;

/// Bytes of the name of a variable that a transform sees: far more than names
/// have.
pub const VARIABLE_NAME_BYTES_MAX: usize = 256;

/// Bytes of a secret, wherever it comes from: a key or a certificate fits, a
/// wrong file does not.
pub const SECRET_BYTES_MAX: usize = 64 << 10;

/// Bytes that a signing key holds. Standard Webhooks asks for 24 to 64; keys of
/// 16 are in use.
pub const SIGNING_KEY_BYTES: RangeInclusive<usize> = 16..=64;

/// Characters of a URL, a host or a header's name that an error repeats: enough
/// to find it again.
pub const ERROR_TEXT_CHARS_MAX: usize = 200;

/// Characters of a wrong name that an error repeats: more than the longest name
/// that can be declared has.
pub const NAME_SHOWN_CHARS_MAX: usize = 80;

/// Characters of a wrong id that an error repeats: twice those of a right one.
pub(crate) const ID_SHOWN_CHARS_MAX: usize = 64;

/// Characters of a wrong version or an unknown coding that an error repeats.
pub(crate) const TOKEN_SHOWN_CHARS_MAX: usize = 40;

/// Codings that one body may have, one over the other: no sender needs more
/// than one, and each costs a pass.
pub const CODINGS_MAX: usize = 4;

/// Bytes by which a coding may make a body longer. What is decoded on the way
/// to the body itself may be as much longer than the limit.
pub(crate) const CODING_GROWTH_BYTES_MAX: usize = 16 << 10;

/// Bytes by which a decoder's output grows at least at once.
pub(crate) const DECODE_STEP_BYTES: usize = 16 << 10;

/// Bytes of the longest zstd window (RFC 9659, section 3).
pub(crate) const ZSTD_WINDOW_BYTES_MAX: usize = 8 << 20;

/// Milliseconds that a retry waits at least after a 429 or a timeout: the
/// destination asked for less, or is too slow already.
pub(crate) const THROTTLED_DELAY_MS_MIN: u64 = 60_000;

/// Milliseconds for which one answer can hold back a whole endpoint, new
/// events included.
pub(crate) const THROTTLE_MS_MAX: u64 = 300_000;

/// Milliseconds for which an answer holds back a whole endpoint at most that
/// does not say for how long.
pub(crate) const THROTTLE_UNASKED_MS_MAX: u64 = 1_000;

/// Runs over samples that may use up a limit before the rest is left out: each
/// takes as long as a run may.
pub(crate) const TRIAL_COSTLY_RUNS_MAX: usize = 3;

/// Milliseconds that a run over a sample gets at least, so that what does not
/// end runs out of fuel and not, on a busy machine, out of time.
pub(crate) const TRIAL_DEADLINE_MS_MIN: u64 = 5_000;

/// Bytes of a response body that are kept with an attempt: enough for an error
/// message.
pub const RESPONSE_BYTES_KEPT: usize = 4 << 10;

/// Bytes of a fault's message that are kept with an attempt, and as many of its
/// stack: most of both is the guest's own text.
pub const FAULT_TEXT_BYTES_KEPT: usize = 4 << 10;

/// Endpoints of one tenant, and so deliveries of one event, which are written in
/// one batch.
pub const ENDPOINTS_MAX: usize = 1_024;

/// How one endpoint is delivered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryCaps {
    /// Requests to the endpoint under way at once.
    pub concurrency_max: u32,
    /// Requests started a second; none is unlimited.
    pub rate_per_second: Option<u32>,
    /// Milliseconds to connect.
    pub connect_timeout_ms: u64,
    /// Milliseconds from the start of the request to the end of the response.
    pub request_timeout_ms: u64,
}

impl Default for DeliveryCaps {
    fn default() -> Self {
        Self {
            concurrency_max: 64,
            rate_per_second: None,
            connect_timeout_ms: 5_000,
            request_timeout_ms: 15_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SandboxCaps;

    #[test]
    fn a_large_event_brings_fuel_time_and_room_of_its_own() {
        let caps = SandboxCaps::default();
        for bytes in [0, 1, 64 << 10] {
            assert_eq!(caps.for_event(bytes), caps, "{bytes}");
        }
        let larger = caps.for_event((64 << 10) + 1_025);
        assert_eq!(larger.fuel_max, caps.fuel_max + 2_050_000);
        assert_eq!(larger.deadline_ms, caps.deadline_ms + 6);
        assert_eq!(larger.output_bytes_max, caps.output_bytes_max + 1_025);
        assert_eq!(larger.memory_bytes_max, caps.memory_bytes_max + 41_000);
        assert_eq!(larger.log_bytes_max, caps.log_bytes_max);
        assert_eq!(
            SandboxCaps::CEILING.for_event(usize::MAX).fuel_max,
            u64::MAX
        );
    }
}
