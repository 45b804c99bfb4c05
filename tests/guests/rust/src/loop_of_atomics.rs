//! Spins on a lock that it holds itself.
//! expect: out_of_fuel

use hookmill_guest::{Context, Failure, Webhook};
use std::sync::atomic::{AtomicBool, Ordering};

static HELD: AtomicBool = AtomicBool::new(true);

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    while HELD.swap(true, Ordering::Acquire) {
        std::hint::spin_loop();
    }
    Ok(webhook)
}
