//! What a handler is given: the webhook that it starts from, and what it may
//! know besides. Components and JavaScript alike.

use crate::bindings::transform::hookmill::transform::types;
use crate::run::invocation::{Invocation, RunError};
use hookmill_domain::request::Method;

/// The webhook that the handler starts from.
pub(crate) fn webhook_of(invocation: &Invocation) -> Result<types::Webhook, RunError> {
    Ok(types::Webhook {
        event_type: invocation.event_type.clone(),
        url: invocation.url.clone(),
        method: match invocation.method {
            Method::Post => types::Method::Post,
            Method::Put => types::Method::Put,
            Method::Patch => types::Method::Patch,
            Method::Delete => types::Method::Delete,
            Method::Get => types::Method::Get,
        },
        headers: invocation
            .headers
            .iter()
            .map(|(name, value)| types::Header {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        payload: text(&invocation.payload, "payload")?.into(),
        cancel: false,
    })
}

/// What the handler may know besides.
pub(crate) fn context_of(invocation: &Invocation) -> Result<types::Context, RunError> {
    let params = text(&invocation.params, "params")?;
    Ok(types::Context {
        event_id: invocation.event_id.clone(),
        delivery_id: invocation.delivery_id.clone(),
        received_at_ms: invocation.received_at.0,
        env: invocation
            .env
            .iter()
            .map(|(name, value)| types::Variable {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        params: if params.is_empty() { "{}" } else { params }.to_owned(),
    })
}

fn text<'a>(bytes: &'a [u8], part: &'static str) -> Result<&'a str, RunError> {
    std::str::from_utf8(bytes).map_err(|_| RunError::NotText { part })
}
