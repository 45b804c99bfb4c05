//! Leaves marks in statics, and looks for those of the event before.
//! expect: delivered

use hookmill_guest::{Context, Failure, Webhook};
use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

static COUNT: AtomicU32 = AtomicU32::new(0);
static ONCE: OnceLock<Vec<u8>> = OnceLock::new();
static KEPT: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

thread_local! {
    static LOCAL: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let payload = || webhook.payload.clone();
    let mut kept = KEPT.lock().expect("there is one thread");
    let is_marked = COUNT.fetch_add(1, Ordering::SeqCst) > 0
        || ONCE.set(payload()).is_err()
        || !kept.is_empty()
        || LOCAL.replace(Some(payload())).is_some();
    kept.push(payload());
    if is_marked {
        return Err(Failure::reject("leaked"));
    }
    drop(kept);
    Ok(webhook)
}
