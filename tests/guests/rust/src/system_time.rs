//! Asks for the time of day, which this target does not have.
//! expect: trap: aborted
//! log: time not implemented

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    webhook.payload = format!("{:?}", std::time::SystemTime::now()).into();
    Ok(webhook)
}
