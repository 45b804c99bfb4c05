//! The request that a transform made of a sample event.
//!
//! Not the shape of `expected/` and `hookmill run --json`, on purpose. That one
//! is for authors to read and compare: the payload stands in it as JSON, and
//! the event's type with it. This one holds the body that would be sent as a
//! text, byte for byte, so that no JSON parser on the way rounds a number, and
//! header fields in their order, repeats among them.

use serde::{Deserialize, Serialize};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Where it would go.
    pub url: String,
    /// The method.
    pub method: String,
    /// The header fields that the transform set: name and value.
    pub headers: Vec<(String, String)>,
    /// Whether nothing is to be sent.
    pub cancel: bool,
    /// The body, as a member whose name says how it is written.
    #[serde(flatten)]
    pub payload: Payload,
}

/// A request's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// A text, byte for byte.
    #[serde(rename = "payload")]
    Text(String),
    /// What is not UTF-8, in base 64.
    #[serde(rename = "payloadBase64")]
    Base64(String),
}
