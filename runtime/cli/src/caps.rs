//! Every limit of the command line, and what the doctor asks of a machine.
//!
//! What a run may use has its limits in the domain, and an event's bytes have
//! theirs in the configuration; versions of tools stand with the tools.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Bytes of an event: as many as `serve` can be set to.
pub(crate) const EVENT_BYTES_MAX: u64 = *hookmill_config::BODY_BYTES.end() as u64;

/// Runs that wait for the sandbox at once: a command has one.
pub(crate) const QUEUE_MAX: usize = 4;

/// Core instances in the sandbox: one component may consist of many, those of
/// Python of 38.
pub(crate) const SLOTS: u32 = 64;

/// Frames of a call stack: a profile needs them down to the handler.
pub(crate) const FRAMES_MAX: NonZeroUsize = NonZeroUsize::new(200).unwrap();

/// Bytes of a relay's answer that are read: what a dry run over many samples
/// gives.
pub(crate) const ANSWER_BYTES_MAX: usize = 64 << 20;

/// For an upload: the relay compiles before it answers.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// For making the connection to a relay.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// For the deliveries of one of the demo's samples, each tried once.
pub(crate) const DEMO_SAMPLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Between two questions of the demo to its relay: soon enough to seem at once.
pub(crate) const DEMO_FOLLOW_PERIOD: Duration = Duration::from_millis(50);

/// For the demo's relay to end, deliveries under way included; it sets itself
/// less.
pub(crate) const DEMO_STOP_TIMEOUT: Duration = Duration::from_secs(40);

/// Events that the demo follows at once; of more the oldest is given up.
pub(crate) const DEMO_EVENTS_MAX: usize = 1_000;

/// Requests that the demo's stand-in keeps until they are printed.
pub(crate) const DEMO_REQUESTS_MAX: usize = 10_000;

/// Bytes of a request's body that the demo's stand-in takes: more than a relay
/// sends.
pub(crate) const DEMO_REQUEST_BYTES_MAX: usize = 64 << 20;

/// Lines of the demo's relay that are kept until they are used.
pub(crate) const DEMO_LINES_MAX: usize = 1_000;

/// Characters of a new transform's name, as Rust packages may have.
pub(crate) const NAME_CHARS_MAX: usize = 64;

/// Levels of JSON that are indented; what is deeper stands in one line, as each
/// further level would cost more blanks than the one before.
pub(crate) const INDENTED_LEVELS_MAX: usize = 100;

/// Built-in samples that `hookmill check` names when they failed: those that
/// follow mostly fail for the same reason.
pub(crate) const FAILED_SHOWN_MAX: usize = 5;

/// For as long nothing may change before `hookmill test --watch` looks at the
/// files: editors write in several steps.
pub(crate) const QUIET: Duration = Duration::from_millis(50);

/// The oldest Linux that Hookmill is tested on.
pub(crate) const KERNEL_MIN: (u32, u32) = (5, 4);

/// Open files that a busy relay needs: connections in and out, and the store.
pub(crate) const FILES_MIN: u64 = 4_096;

/// Bytes of address space that the sandbox reserves: hundreds of memories,
/// each with guard pages. It is not memory in use.
pub(crate) const ADDRESS_BYTES_MIN: u64 = 1 << 40;

/// Memory mappings: each instance slot is several.
pub(crate) const MAPPINGS_MIN: u64 = 65_530;

/// Milliseconds of a median sync above which a warning is due: some 50 group
/// commits a second.
pub(crate) const SYNC_MS_MAX: u128 = 20;
