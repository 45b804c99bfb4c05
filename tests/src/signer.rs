//! Standard Webhooks signatures, by code that shares nothing with the
//! product's: a common mistake can't agree with itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

/// A signing secret that tests use where any will do.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Seconds since the Unix epoch.
///
/// # Panics
/// When the clock stands before 1970.
#[must_use]
pub fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock stands after 1970")
        .as_secs()
}

/// `v1,<base64>` over id, timestamp and body.
///
/// # Panics
/// When the secret is none.
#[must_use]
pub fn signature(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let encoded = secret
        .strip_prefix("whsec_")
        .expect("a secret has its prefix");
    let key = STANDARD.decode(encoded).expect("a secret is base64");
    let mut mac = <Hmac<Sha256>>::new_from_slice(&key).expect("any key will do");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The three headers of a request signed now.
#[must_use]
pub fn headers(secret: &str, id: &str, body: &[u8]) -> Vec<(String, String)> {
    headers_at(secret, id, now_s(), body)
}

/// The three headers of a request signed at `timestamp_s`.
#[must_use]
pub fn headers_at(secret: &str, id: &str, timestamp_s: u64, body: &[u8]) -> Vec<(String, String)> {
    let timestamp = timestamp_s.to_string();
    let signature = signature(secret, id, &timestamp, body);
    vec![
        ("webhook-id".to_owned(), id.to_owned()),
        ("webhook-timestamp".to_owned(), timestamp),
        ("webhook-signature".to_owned(), signature),
    ]
}
