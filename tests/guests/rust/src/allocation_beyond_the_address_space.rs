//! Asks for as much memory as addresses allow, in one allocation.
//! expect: memory_exceeded

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let bytes = std::hint::black_box(isize::MAX as usize);
    webhook.payload = "x".repeat(bytes).into();
    Ok(webhook)
}
