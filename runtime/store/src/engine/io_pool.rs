//! sled's pool of I/O threads, made smaller.
//!
//! sled keeps seven idle threads and wakes all of them for each write, of
//! which one has work. At two thousand writes a second that is a quarter of a
//! busy relay's time. sled has no setting for it; so most of the threads are
//! put to sleep here, for the life of the process: a flush that is awaited
//! calls its waker on the thread that did it, and this waker does not return.
//!
//! Must leave enough: both databases write at once, and one truncates.

use std::pin::pin;
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};

/// Threads that sled keeps: `DESIRED_WAITING_THREADS` in its `threadpool.rs`.
const KEPT_BY_SLED: usize = 7;

/// Threads that have work to do.
const USEFUL: usize = 3;

/// Tries at putting one thread to sleep. A try fails when the flush is over
/// before it is awaited.
const TRIES_MAX: usize = 1_000;

/// Leaves sled the threads that it has a use for. After the first call in a
/// process it does nothing, as there is one pool for all databases.
pub(crate) fn thin_out(db: &sled::Db) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let surplus = USEFUL..KEPT_BY_SLED;
        let asleep = surplus.filter(|_| put_one_to_sleep(db)).count();
        tracing::debug!(asleep, "sled's pool is thinned out");
    });
}

fn put_one_to_sleep(db: &sled::Db) -> bool {
    (0..TRIES_MAX).any(|_| {
        let waker = Waker::from(Arc::new(Lullaby));
        let mut flush = pin!(db.flush_async());
        flush.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending
    })
}

/// Puts whoever wakes it to sleep for ever.
struct Lullaby;

impl Wake for Lullaby {
    fn wake(self: Arc<Self>) {
        loop {
            std::thread::park();
        }
    }
}
