//! Ends a header's value with a second request.
//! expect: invalid_result: header

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    webhook.add_header("x-a", "b\r\ncontent-length: 0\r\n\r\nGET /admin HTTP/1.1");
    Ok(webhook)
}
