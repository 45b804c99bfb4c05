//! Sleeps for an hour, which this target can't.
//! expect: trap: aborted
//! log: can't sleep

use hookmill_guest::{Context, Failure, Webhook};
use std::time::Duration;

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    std::thread::sleep(Duration::from_secs(3_600));
    Ok(webhook)
}
