//! The component around a transform: bindings to the contract, and the change
//! between its records and this crate's types.
//!
//! Compiled for WebAssembly only. Moves every text, copies none. Must not
//! import anything but what the contract offers.

use crate::log::Level;
use crate::{Context, Failure, Method, Webhook};

#[doc(hidden)]
#[allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    reason = "generated, and the component model's ABI is in terms of pointers"
)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "transform",
        pub_export_macro: true,
        default_bindings_module: "hookmill_guest::component::bindings",
    });
}

use bindings::hookmill::transform::{log, types};

/// Runs a transform on the contract's records.
///
/// # Errors
/// When the transform gives a failure.
#[doc(hidden)]
pub fn run(
    handler: fn(Webhook, &Context) -> Result<Webhook, Failure>,
    webhook: types::Webhook,
    context: types::Context,
) -> Result<types::Webhook, types::Failure> {
    // A panic ends in a trap, which says nothing of what happened.
    std::panic::set_hook(Box::new(|info| {
        log::write(log::Level::Error, &info.to_string());
    }));
    match handler(webhook.into(), &context.into()) {
        Ok(webhook) => Ok(webhook.into()),
        Err(failure) => Err(failure.into()),
    }
}

pub(crate) fn write_log(level: Level, message: &str) {
    let level = match level {
        Level::Trace => log::Level::Trace,
        Level::Debug => log::Level::Debug,
        Level::Info => log::Level::Info,
        Level::Warn => log::Level::Warn,
        Level::Error => log::Level::Error,
    };
    log::write(level, message);
}

impl From<types::Webhook> for Webhook {
    fn from(webhook: types::Webhook) -> Self {
        let headers = webhook.headers.into_iter();
        Self {
            event_type: webhook.event_type,
            url: webhook.url,
            method: webhook.method.into(),
            headers: headers.map(|header| (header.name, header.value)).collect(),
            payload: webhook.payload,
            cancel: webhook.cancel,
        }
    }
}

impl From<Webhook> for types::Webhook {
    fn from(webhook: Webhook) -> Self {
        let headers = webhook.headers.into_iter();
        Self {
            event_type: webhook.event_type,
            url: webhook.url,
            method: webhook.method.into(),
            headers: headers
                .map(|(name, value)| types::Header { name, value })
                .collect(),
            payload: webhook.payload,
            cancel: webhook.cancel,
        }
    }
}

impl From<types::Context> for Context {
    fn from(context: types::Context) -> Self {
        let variables = context.env.into_iter();
        Self {
            event_id: context.event_id,
            delivery_id: context.delivery_id,
            received_at_ms: context.received_at_ms,
            variables: variables
                .map(|variable| (variable.name, variable.value))
                .collect(),
            params: context.params,
        }
    }
}

impl From<types::Method> for Method {
    fn from(method: types::Method) -> Self {
        match method {
            types::Method::Post => Self::Post,
            types::Method::Put => Self::Put,
            types::Method::Patch => Self::Patch,
            types::Method::Delete => Self::Delete,
            types::Method::Get => Self::Get,
        }
    }
}

impl From<Method> for types::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Post => Self::Post,
            Method::Put => Self::Put,
            Method::Patch => Self::Patch,
            Method::Delete => Self::Delete,
            Method::Get => Self::Get,
        }
    }
}

impl From<Failure> for types::Failure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Reject(reason) => Self::Reject(reason),
            Failure::Retry(reason) => Self::Retry(reason),
        }
    }
}
