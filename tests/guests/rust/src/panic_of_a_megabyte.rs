//! Panics with a megabyte of words: the log is cut.
//! expect: trap: aborted
//! log: the log was cut at

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(_webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    panic!("{}", "words ".repeat(170_000))
}
