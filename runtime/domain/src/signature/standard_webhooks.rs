//! Standard Webhooks 1.0.0, scheme `v1`: HMAC-SHA256 over
//! `{id}.{timestamp}.{body}`, with `webhook-*` or `svix-*` header names.
//!
//! Only the symmetric scheme: other versions in a signature header are
//! skipped, as the standard asks.

use crate::UnixMs;
use crate::caps::{EVENT_KEY_BYTES_MAX, SIGNING_KEY_BYTES};
use crate::fingerprint::FingerprintKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::HeaderMap;
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;
use subtle::ConstantTimeEq;

/// A signing key: `whsec_` and base64, or the base64 alone.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

/// A text is not a signing key. Never repeats the text: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseKeyError {
    /// Not base64.
    #[error("a signing secret is `whsec_` and base64 (standard alphabet, padded)")]
    NotBase64,
    /// Outside of what the standard allows.
    #[error("a signing secret holds 16 to 64 bytes, not {0}")]
    Length(usize),
}

impl FromStr for SigningKey {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|_| ParseKeyError::NotBase64)?;
        if !SIGNING_KEY_BYTES.contains(&bytes.len()) {
            return Err(ParseKeyError::Length(bytes.len()));
        }
        let mac = Hmac::new_from_slice(&bytes).map_err(|_| ParseKeyError::Length(bytes.len()))?;
        Ok(Self(mac))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(...)")
    }
}

impl SigningKey {
    /// What tells this key from others, without being of use as one.
    #[must_use]
    pub fn fingerprint(&self, key: &FingerprintKey) -> String {
        // No signature is over this text: those are over an id, a dot and more.
        let mut mac = self.0.clone();
        mac.update(b"fingerprint");
        key.of(&mac.finalize().into_bytes())
    }

    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

/// Why a request's signature was not accepted. None of the texts says
/// anything about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RejectedSignature {
    /// A header is missing, given twice, or not visible ASCII.
    #[error(
        "the request needs the headers webhook-id, webhook-timestamp and webhook-signature (or svix-*), each once; {0} is missing or unreadable"
    )]
    MissingHeader(&'static str),
    /// The id can't be used: empty, too long, or with a dot.
    #[error("webhook-id must have 1 to {EVENT_KEY_BYTES_MAX} characters and no dot")]
    BadId,
    /// Not a whole number of seconds.
    #[error("webhook-timestamp must be a whole number of seconds since the Unix epoch")]
    BadTimestamp,
    /// Too old.
    #[error("webhook-timestamp is too old")]
    TooOld,
    /// Too far ahead.
    #[error("webhook-timestamp is too far in the future")]
    TooNew,
    /// No signature in the header is right.
    #[error("no signature in webhook-signature matches")]
    NoMatch,
}

/// Verifies a source's requests against its keys.
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: Vec<SigningKey>,
}

impl Verifier {
    /// A verifier that accepts a signature by any of these keys: the current
    /// one and, during a rotation, those before it.
    #[must_use]
    pub fn standard_webhooks(keys: Vec<SigningKey>) -> Self {
        Self { keys }
    }

    /// The keys, newest first.
    #[must_use]
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// Checks a request and gives the sender's id for the event.
    ///
    /// # Errors
    /// The first check that failed, cheapest first; the signature is compared
    /// in constant time.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: UnixMs,
        tolerance_s: u64,
    ) -> Result<String, RejectedSignature> {
        let id = header(headers, "webhook-id", "svix-id")?;
        let timestamp = header(headers, "webhook-timestamp", "svix-timestamp")?;
        let signatures = header(headers, "webhook-signature", "svix-signature")?;
        if id.is_empty() || id.len() > EVENT_KEY_BYTES_MAX || id.contains('.') {
            return Err(RejectedSignature::BadId);
        }
        check_timestamp(timestamp, now, tolerance_s)?;
        let offered: Vec<[u8; 32]> = signatures
            .split(' ')
            .filter_map(|part| part.strip_prefix("v1,"))
            .filter_map(|encoded| STANDARD.decode(encoded).ok()?.try_into().ok())
            .collect();
        let matches = self.keys.iter().any(|key| {
            let expected = key.sign(id, timestamp, body);
            offered.iter().any(|one| bool::from(one.ct_eq(&expected)))
        });
        if matches {
            Ok(id.to_owned())
        } else {
            Err(RejectedSignature::NoMatch)
        }
    }
}

fn header<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
    svix_name: &'static str,
) -> Result<&'h str, RejectedSignature> {
    let missing = RejectedSignature::MissingHeader(name);
    let mut values = headers.get_all(name).iter();
    let (first, second) = match values.next() {
        Some(value) => (Some(value), values.next()),
        None => {
            let mut values = headers.get_all(svix_name).iter();
            (values.next(), values.next())
        }
    };
    match (first, second) {
        (Some(value), None) => value.to_str().map_err(|_| missing),
        _ => Err(missing),
    }
}

fn check_timestamp(text: &str, now: UnixMs, tolerance_s: u64) -> Result<(), RejectedSignature> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u64 = text
        .parse()
        .ok()
        .filter(|_| digits)
        .ok_or(RejectedSignature::BadTimestamp)?;
    let now_s = now.0 / 1_000;
    if seconds.saturating_add(tolerance_s) < now_s {
        Err(RejectedSignature::TooOld)
    } else if seconds > now_s.saturating_add(tolerance_s) {
        Err(RejectedSignature::TooNew)
    } else {
        Ok(())
    }
}

/// Signs outgoing requests.
#[derive(Clone, Debug)]
pub struct Signer {
    keys: Vec<SigningKey>,
}

impl Signer {
    /// A signer that signs with all of these keys: during a rotation the
    /// receiver accepts either.
    #[must_use]
    pub fn standard_webhooks(keys: Vec<SigningKey>) -> Self {
        Self { keys }
    }

    /// The keys, newest first.
    #[must_use]
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// The three headers of a request sent at `now`.
    #[must_use]
    pub fn headers(&self, id: &str, now: UnixMs, body: &[u8]) -> [(&'static str, String); 3] {
        let timestamp = (now.0 / 1_000).to_string();
        let signatures: Vec<String> = self
            .keys
            .iter()
            .map(|key| format!("v1,{}", STANDARD.encode(key.sign(id, &timestamp, body))))
            .collect();
        [
            ("webhook-id", id.to_owned()),
            ("webhook-signature", signatures.join(" ")),
            ("webhook-timestamp", timestamp),
        ]
    }
}

#[cfg(test)]
mod tests;
