//! Every row that is ever written, one kind a file, each with its bytes.
//!
//! A key's first byte is its kind; numbers are big-endian, so that keys sort
//! as what they stand for. Kinds, tags and versions are frozen: what changes
//! gets a new version. One sled tree a database: `hot` holds undelivered work
//! only, `cold` what is kept after it, because rows that live shorter and
//! longer side by side outrun sled's cleaner.
//!
//! | hot | | cold | |
//! |---|---|---|---|
//! | `E` | event and fan-out | `A` | attempt |
//! | `D` | delivery with a past | `H` | finished event |
//! | `R` | stored request | `W`, `Z` | parked delivery, and its place |
//! | `Q` | when it is due | `P`, `R` | a parked delivery's event and request |
//! | `F` | event that nobody wants | | |
//! | `I` | idempotency key | `I` | idempotency key |
//! | `G`, `X` | resource, disabled endpoint | | |
//! | `M` | counters | `M` | counters |

pub(crate) mod attempt_row;
pub(crate) mod chunk;
pub(crate) mod codec;
pub(crate) mod delivery_row;
pub(crate) mod disabled_row;
pub(crate) mod due_row;
pub(crate) mod ending;
pub(crate) mod event_row;
pub(crate) mod history_row;
pub(crate) mod idempotency_row;
pub(crate) mod meta_row;
pub(crate) mod parked_row;
pub(crate) mod registry_row;
pub(crate) mod request_row;
pub(crate) mod unrouted_row;
