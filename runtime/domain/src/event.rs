//! Events: what came in, before and after its signature was checked.
//!
//! Nothing but [`UnverifiedEvent::verify`] makes a [`VerifiedEvent`], nothing
//! but [`VerifiedEvent::decode`] gives its body away, and nothing but what that
//! made can be accepted. So a signature is over the bytes as received, and what
//! is stored is what they stand for.

use crate::caps::{EVENT_KEY_BYTES_MAX, EVENT_TYPE_BYTES_MAX};
use crate::coding::{Codings, DecodeError};
use crate::signature::{RejectedSignature, Verifier};
use crate::{EventId, SourceId, TenantId, UnixMs};
use bytes::Bytes;

/// A request to a source, of which nothing is known yet.
#[derive(Clone, Debug)]
pub struct UnverifiedEvent {
    /// The request's header fields.
    pub headers: http::HeaderMap,
    /// The body, exactly as received.
    pub body: Bytes,
    /// The codings of the body, which the signature is over.
    pub codings: Codings,
}

impl UnverifiedEvent {
    /// Checks the signature; only then looks at anything else.
    ///
    /// # Errors
    /// Says which check failed: the signature's, or the reading of the id.
    pub fn verify(
        self,
        verifier: &Verifier,
        now: UnixMs,
        tolerance_s: u64,
    ) -> Result<VerifiedEvent, RejectedSignature> {
        let key = verifier.verify(&self.headers, &self.body, now, tolerance_s)?;
        Ok(VerifiedEvent {
            key,
            body: self.body,
            codings: self.codings,
        })
    }
}

/// A body that its source signed, and the id that the source gave it.
#[derive(Clone, Debug)]
pub struct VerifiedEvent {
    key: String,
    body: Bytes,
    codings: Codings,
}

impl VerifiedEvent {
    /// Whether decoding it takes time.
    #[must_use]
    pub fn is_coded(&self) -> bool {
        !self.codings.is_empty()
    }

    /// Takes the codings off the body. Blocks while it does.
    ///
    /// # Errors
    /// [`DecodeError`]: more than `bytes_max` bytes, or not what the codings
    /// say.
    pub fn decode(self, bytes_max: usize) -> Result<DecodedEvent, DecodeError> {
        Ok(DecodedEvent {
            key: self.key,
            body: self.codings.decode(self.body, bytes_max)?,
        })
    }
}

/// What a signed body stands for, and the id that the source gave it.
#[derive(Clone, Debug)]
pub struct DecodedEvent {
    key: String,
    body: Bytes,
}

/// A verified body is no event that can be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedEvent {
    /// The body is not one JSON object in UTF-8.
    #[error("the body must be one JSON object in UTF-8: {0}")]
    NotAnObject(String),
    /// The event type can't be used.
    #[error(
        "the body's `type` must be a text of at most {EVENT_TYPE_BYTES_MAX} visible ASCII characters, such as `payment.succeeded`"
    )]
    BadType,
}

impl DecodedEvent {
    /// The id that the source gave the event; the same when it is sent again.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The body, as received but for its codings.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The event, under a new id. `event_type` is what the caller read from
    /// the body; empty when it has none.
    ///
    /// # Errors
    /// [`MalformedEvent::BadType`] when the type is too long or has
    /// characters that are not visible ASCII.
    pub fn into_event(
        self,
        id: EventId,
        tenant: TenantId,
        source: SourceId,
        event_type: String,
        received_at: UnixMs,
    ) -> Result<Event, MalformedEvent> {
        let visible = event_type.bytes().all(|byte| byte.is_ascii_graphic());
        if event_type.len() > EVENT_TYPE_BYTES_MAX || !visible {
            return Err(MalformedEvent::BadType);
        }
        debug_assert!(self.key.len() <= EVENT_KEY_BYTES_MAX);
        Ok(Event {
            id,
            tenant,
            source,
            key: self.key,
            event_type,
            received_at,
            body: self.body,
            params: Bytes::from_static(b"{}"),
        })
    }
}

/// An event that can be, or was, accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Our id.
    pub id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it came in.
    pub source: SourceId,
    /// The source's own id for it; with `source`, the idempotency key.
    pub key: String,
    /// For example `payment.succeeded`; visible ASCII, at most 256
    /// bytes; empty when the body has no `type`.
    pub event_type: String,
    /// When it was accepted; also the clock that transforms see.
    pub received_at: UnixMs,
    /// The JSON body, as received but for its codings.
    pub body: Bytes,
    /// A JSON object: the parameters given when the event was created.
    pub params: Bytes,
}
