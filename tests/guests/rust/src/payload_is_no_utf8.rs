// Gives bytes for text that no UTF-8 has.
// expect: trap: calling convention
use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    // Not sound, and meant so.
    webhook.payload = unsafe { String::from_utf8_unchecked(vec![b'"', 0xff, 0xfe, b'"']) };
    Ok(webhook)
}
