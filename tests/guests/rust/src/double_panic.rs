//! Panics, and again while the first panic is told of.
//! expect: trap: aborted

use hookmill_guest::{Context, Failure, Webhook};
use std::fmt;

struct Hostile;

impl fmt::Display for Hostile {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("{}", Self)
    }
}

pub(crate) fn handler(_webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    panic!("{Hostile}")
}
