//! Events: what came in, before and after its signature was checked.
//!
//! Nothing but [`UnverifiedEvent::verify`] makes a [`VerifiedEvent`], nothing
//! but [`VerifiedEvent::decode`] gives its body away, and nothing but what that
//! made can be accepted. So a signature is over the bytes as received, and what
//! is stored is what they stand for.

use crate::caps::EVENT_KEY_BYTES_MAX;
use crate::coding::{Codings, DecodeError};
pub use crate::event_type::{BadEventType, MalformedEvent, check_event_type};
use crate::event_type::{Envelope, read_envelope};
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

/// A body as an event's: one JSON object, whose type is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventBody {
    event_type: String,
    json: Bytes,
}

impl EventBody {
    /// Reads a body as it was received: from a source, a file, a form. There is
    /// no other reader, so that what one way refuses all refuse.
    ///
    /// A byte-order mark is left out: JSON that is sent must not have one (RFC
    /// 8259, section 8.1). Everything else stays byte for byte.
    ///
    /// # Errors
    /// [`MalformedEvent`].
    pub fn read(received: Bytes) -> Result<Self, MalformedEvent> {
        let Envelope { text, event_type } = read_envelope(&received)?;
        let json = received.slice_ref(text.as_bytes());
        Ok(Self { event_type, json })
    }

    /// For example `payment.succeeded`; visible ASCII, at most 256 bytes; empty
    /// when the body has no `type`, or a null or empty one.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The JSON.
    #[must_use]
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// The type and the JSON.
    #[must_use]
    pub fn into_parts(self) -> (String, Bytes) {
        (self.event_type, self.json)
    }
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

    /// The event, under a new id.
    ///
    /// # Errors
    /// [`MalformedEvent`]: the body is not an event's.
    pub fn into_event(
        self,
        id: EventId,
        tenant: TenantId,
        source: SourceId,
        received_at: UnixMs,
    ) -> Result<Event, MalformedEvent> {
        debug_assert!(self.key.len() <= EVENT_KEY_BYTES_MAX);
        let (event_type, body) = EventBody::read(self.body)?.into_parts();
        Ok(Event {
            id,
            tenant,
            source,
            key: self.key,
            event_type,
            received_at,
            body,
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
    /// bytes; empty when the body has no `type`, or a null or empty one.
    pub event_type: String,
    /// When it was accepted; also the clock that transforms see.
    pub received_at: UnixMs,
    /// The JSON body, as received but for its codings and a byte-order mark.
    pub body: Bytes,
    /// A JSON object: the parameters given when the event was created.
    pub params: Bytes,
}
