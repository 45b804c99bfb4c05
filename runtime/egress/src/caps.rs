//! Every limit of this crate: connections, lookups, and how much of an answer is
//! read.
//!
//! What an endpoint may set (timeouts, concurrency, rate) has its limits in the
//! domain, as has how much of a body is kept.

use std::time::Duration;

/// Idle connections kept for one host. An endpoint's default concurrency, so
/// that a burst does not close what the next one needs.
pub(crate) const IDLE_PER_HOST_MAX: usize = 64;

/// How long an idle connection is kept: less than the 60 s after which common
/// load balancers drop theirs, so that few requests meet a closing one.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// How long a connection may be silent before the system asks for a sign of
/// life, and the time between two such questions.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(15);

/// Questions for a sign of life that may go unanswered before the connection
/// counts as lost: a minute of silence in all.
pub(crate) const KEEPALIVE_RETRIES: u32 = 3;

/// How long the system waits for what was sent to be acknowledged: longer than
/// an endpoint's default timeout, so that a slow network is not cut off.
pub(crate) const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(30);

/// Addresses of one name that are tried at most; more would only stretch the
/// time until a dead destination is given up.
pub(crate) const ADDRESSES_MAX: usize = 16;

/// Names looked up at once; each holds a thread until the system answers.
pub(crate) const LOOKUPS_MAX: usize = 128;

/// How often a request is sent again that the server did not look at. It is not
/// an attempt, so it must end soon.
pub(crate) const UNPROCESSED_MAX: u32 = 2;

/// Header fields of a response over HTTP/1; their bytes are limited by the HTTP
/// library, to some 400 KiB. A response with more still has its status.
pub(crate) const RESPONSE_FIELDS_MAX: usize = 256;

/// Bytes of response headers over HTTP/2. Of a response with more nothing is
/// known: the library says that it came, and no more.
pub(crate) const HTTP2_HEADER_BYTES_MAX: u32 = 256 << 10;

/// Bytes of one response that an HTTP/2 server may send unasked: little of a
/// response is ever read.
pub(crate) const HTTP2_STREAM_WINDOW_BYTES: u32 = 64 << 10;

/// Bytes of all responses on one connection that an HTTP/2 server may send
/// unasked.
pub(crate) const HTTP2_CONNECTION_WINDOW_BYTES: u32 = 1 << 20;

/// Bytes of a coded body that are read at most to decode its beginning.
pub(crate) const CODED_BYTES_MAX: usize = 64 << 10;

/// Bytes of an answer's head that are looked at in one read.
pub(crate) const HEAD_READ_BYTES: usize = 8 << 10;

/// Bytes of an answer's first line that are kept: the version and the status. A
/// reason may follow at any length.
pub(crate) const STATUS_LINE_BYTES_KEPT: usize = 64;

/// Characters of `location` that are kept: enough to recognise the URL.
pub(crate) const LOCATION_CHARS_MAX: usize = 500;

/// Characters of a failure's message that are kept with an attempt.
pub(crate) const MESSAGE_CHARS_MAX: usize = 1_000;

/// The longest wait that `Retry-After` can ask for, in milliseconds: a day. The
/// retry schedule bounds it further; this keeps nonsense out of its arithmetic.
pub const RETRY_AFTER_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
