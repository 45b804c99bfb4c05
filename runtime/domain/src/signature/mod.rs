//! Signatures: checking those of incoming events, making those of outgoing
//! requests. Each scheme is a file of its own.

mod standard_webhooks;

pub use standard_webhooks::{ParseKeyError, RejectedSignature, Signer, SigningKey, Verifier};
