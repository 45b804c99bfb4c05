//! Write Hookmill transforms in Rust: a plain function on typed values.
//!
//! A transform turns one webhook into the one HTTP request that a destination
//! wants. This crate makes a component of it when it is built for WebAssembly,
//! and leaves it a function, to be called by tests, everywhere else. It does
//! no I/O and must not: a transform has none.
//!
//! ```
//! use hookmill_guest::{Context, Failure, Money, Text, Webhook, json, transform};
//! use serde::{Deserialize, Serialize};
//!
//! transform!(handler);
//!
//! #[derive(Deserialize)]
//! struct Event<'a> {
//!     #[serde(borrow)]
//!     data: Payment<'a>,
//! }
//!
//! #[derive(Deserialize)]
//! struct Payment<'a> {
//!     #[serde(borrow)]
//!     payment_id: Text<'a>,
//!     total_amount: i64,
//!     #[serde(borrow)]
//!     currency: Text<'a>,
//! }
//!
//! #[derive(Serialize)]
//! struct Sale<'a> {
//!     id: &'a str,
//!     amount: Money,
//! }
//!
//! fn handler(mut webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
//!     if webhook.event_type != "payment.succeeded" {
//!         return Ok(webhook.canceled());
//!     }
//!     let shop = context.env("SHOP").ok_or_else(|| Failure::reject("set SHOP"))?;
//!     let Event { data } = webhook.payload_json()?;
//!     let sale = Sale {
//!         id: &data.payment_id,
//!         amount: Money::new(data.total_amount, &data.currency),
//!     };
//!     webhook.payload = json::to_vec(&sale)?;
//!     webhook.url = format!("https://sales.example/{shop}");
//!     Ok(webhook)
//! }
//!
//! let payload = r#"{"data":{"payment_id":"pay_1","total_amount":1500,"currency":"JPY"}}"#;
//! let webhook = Webhook::sample("payment.succeeded", payload);
//! let request = handler(webhook, &Context::sample().with_env("SHOP", "north"))?;
//! assert_eq!(request.url, "https://sales.example/north");
//! assert_eq!(request.payload, br#"{"id":"pay_1","amount":1500}"#);
//! # Ok::<(), Failure>(())
//! ```

#[cfg(all(target_family = "wasm", feature = "bump-allocator"))]
mod allocator;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod component;
mod context;
mod failure;
mod form;
pub mod json;
pub mod log;
mod money;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod text;
pub mod timestamp;
mod webhook;

pub use context::Context;
pub use failure::Failure;
pub use money::Money;
pub use text::Text;
pub use webhook::{Method, Webhook};

/// Makes a function the transform of this crate: its component's `handler`.
///
/// The function has the signature
/// `fn(Webhook, &Context) -> Result<Webhook, Failure>`. Use the macro once, in a
/// library of crate type `cdylib`; add `rlib` to test it from outside. On the
/// host it only checks the signature.
#[macro_export]
macro_rules! transform {
    ($handler:path) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            use $crate::component::bindings;

            struct Component;

            impl bindings::Guest for Component {
                fn handler(
                    webhook: bindings::Webhook,
                    context: bindings::Context,
                ) -> ::core::result::Result<bindings::Webhook, bindings::Failure> {
                    $crate::component::run($handler, webhook, context)
                }
            }

    bindings::export!(Component with_types_in bindings);
        };

        #[cfg(not(target_family = "wasm"))]
        const _: fn(
            $crate::Webhook,
            &$crate::Context,
        ) -> ::core::result::Result<$crate::Webhook, $crate::Failure> = $handler;
    };
}
