//! Gives a payload that says to be as long as all memory.
//! expect: trap: calling convention

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let own = std::mem::take(&mut webhook.payload).leak();
    let length = std::hint::black_box(0x7fff_0000);
    // Not sound, and meant so.
    webhook.payload = unsafe { Vec::from_raw_parts(own.as_mut_ptr(), length, length) };
    Ok(webhook)
}
