//! Starts threads, of which there are none.
//! expect: delivered

use hookmill_guest::{Context, Failure, Webhook};
use std::thread;

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let started = thread::Builder::new().spawn(|| loop {
        thread::yield_now();
    });
    match started {
        Ok(_) => Err(Failure::reject("a thread runs")),
        Err(_) => Ok(webhook),
    }
}
