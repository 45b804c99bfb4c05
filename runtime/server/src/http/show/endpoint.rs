//! An endpoint, in the shape of the API.

use super::timestamp::timestamp;
use hookmill_api::endpoint::Endpoint;
use hookmill_relay::view::{EndpointView, Waiting};

/// A declared endpoint.
pub(in super::super) fn endpoint(view: &EndpointView<'_>) -> Endpoint {
    let (disabled, waiting) = (view.disabled, view.waiting.as_ref());
    let waiting_detail = match waiting {
        Some(Waiting::NotLoadable(why)) => Some(why.to_string()),
        _ => None,
    };
    Endpoint {
        id: view.id,
        tenant: view.tenant.to_owned(),
        name: view.name.to_owned(),
        disabled: disabled.is_some(),
        disabled_by: disabled.map(|disabled| disabled.by.as_str().to_owned()),
        disabled_since: disabled.and_then(|disabled| disabled.since).map(timestamp),
        waiting: waiting.is_some(),
        waiting_reason: waiting.map(|waiting| waiting.as_str().to_owned()),
        waiting_detail,
        held: view.held,
    }
}
