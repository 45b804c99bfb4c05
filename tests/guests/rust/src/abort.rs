//! Ends the process.
//! expect: trap: aborted

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(_webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    std::process::abort()
}
