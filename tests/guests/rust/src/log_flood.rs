//! Logs without end, in effect, and by one long line: it is cut, and the event
//! delivered.
//! expect: delivered
//! log: the log was cut at

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    for n in 0..1_000 {
        hookmill_guest::info!("flood {n}");
    }
    hookmill_guest::error!("{}", "x".repeat(1 << 20));
    Ok(webhook)
}
