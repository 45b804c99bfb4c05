//! Gives bytes for text that no UTF-8 has.
//! expect: invalid_result: `payload` is not JSON

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    webhook.payload = vec![b'"', 0xff, 0xfe, b'"'];
    Ok(webhook)
}
