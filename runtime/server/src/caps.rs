//! Every limit of the server: connections, bodies, answers, log lines and the
//! time that each may take.
//!
//! What a tenant's event or transform may use has its limits in the domain, and
//! what an operator can set has its own in the configuration.

use hookmill_domain::caps::COMPONENT_BYTES_MAX;
use std::time::Duration;

/// Connections at once; more wait in the kernel's queue. Each costs a file
/// descriptor and some KiB.
pub(crate) const CONNECTIONS_MAX: usize = 8_192;

/// For a request's headers to arrive: a slow sender must not hold a connection
/// for ever.
pub(crate) const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// For an event's body to arrive: a slow sender must not hold memory for ever.
pub(crate) const EVENT_TIMEOUT: Duration = Duration::from_secs(30);

/// For an upload to arrive: the largest program over a slow line.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// To wait after the kernel refused a connection, for example for want of file
/// descriptors: trying at once would only take processor time.
pub(crate) const ACCEPT_FAILURE_DELAY: Duration = Duration::from_millis(50);

/// For open requests to end once the server stops: longer than an event takes
/// to be stored, shorter than service managers wait before they kill.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// Milliseconds for deliveries under way to end once the relay stops. What has
/// not ended is sent again after the next start.
pub(crate) const DRAIN_MS: u64 = 20_000;

/// For threads that still do something when everything else has ended: a name
/// that is still being looked up holds nobody up.
pub(crate) const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// KiB of events' bodies that may be arriving at once, and as many of uploads:
/// bodies come before anybody looks at them, and must not fill the memory.
pub(crate) const BODY_ROOM_KIB: usize = 256 << 10;

/// Bytes of the operator's JSON, which says how something is to be done.
pub(crate) const ORDER_BYTES_MAX: usize = 2 << 20;

/// Bytes of a whole upload: the largest program with its samples.
pub(crate) const UPLOAD_BYTES_MAX: usize = COMPONENT_BYTES_MAX + (16 << 20);

/// Bytes of an endpoint's name in an upload: far more than names have, so that
/// a wrong one is answered with what is wrong.
pub(crate) const ENDPOINT_NAME_BYTES_MAX: usize = 256;

/// Characters of an uploaded file's name that are kept.
pub(crate) const FILE_NAME_CHARS_MAX: usize = 100;

/// Characters of a caller's own text that an answer repeats: enough to know it
/// again.
pub(crate) const QUOTED_CHARS_MAX: usize = 100;

/// Items on one page of a list, unless the caller wants fewer.
pub(crate) const PAGE_ITEMS_MAX: usize = 250;

/// Characters of what strangers name, in a line of the log.
pub(crate) const LOGGED_CHARS_MAX: usize = 256;

/// Log lines of one kind within a [`LOG_WINDOW`]; those beyond are counted.
pub(crate) const LOG_LINES_MAX: u32 = 50;

/// For so long lines of one kind are counted together.
pub(crate) const LOG_WINDOW: Duration = Duration::from_secs(10);

/// Seconds after which to try again where there was no room for a body: bodies
/// arrive within moments.
pub(crate) const RETRY_BODY_ROOM_S: u32 = 1;

/// Seconds after which to try again where something failed that may not fail
/// again, or that others occupy.
pub(crate) const RETRY_FAILED_S: u32 = 5;

/// Seconds after which to try again where the store is full: deliveries or an
/// operator have to make room.
pub(crate) const RETRY_FULL_S: u32 = 30;
