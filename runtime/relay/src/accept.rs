//! Accepting an event: from an unverified request to a durable event with one
//! delivery for each endpoint that wants it.
//!
//! Nothing is answered before it is durable, and nothing is stored before the
//! signature is checked.

use crate::clock;
use crate::relay::Relay;
pub use crate::source_names::SourceNames;
use hookmill_domain::coding::{Codings, DecodeError};
use hookmill_domain::event::{DecodedEvent, Event, MalformedEvent, UnverifiedEvent};
use hookmill_domain::signature::RejectedSignature;
use hookmill_domain::source::Source;
use hookmill_domain::{DeliveryId, EventId};
use hookmill_store::{Accepted, NewEvent, StoreError};
use std::sync::Arc;

/// What became of an event that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It is new, and durable.
    New(EventId),
    /// It is new and durable, and no endpoint wants it: it is kept for reading.
    Unrouted(EventId),
    /// The source sent it before; nothing was created. The id is the first
    /// one's, also when the body differs: a provider that sends again may send
    /// newer data.
    Repeat(EventId),
}

/// Why an event was not taken. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// No source has this path.
    #[error("no source is declared for this path")]
    UnknownSource,
    /// The signature is missing or wrong.
    #[error(transparent)]
    Signature(#[from] RejectedSignature),
    /// The signature of a body that has codings is missing or wrong: often what
    /// is wrong is which bytes were signed.
    #[error("{source}; it must be over the body as it is sent, coded as `{codings}`")]
    SignatureOfCoded {
        /// The codings.
        codings: Codings,
        /// What is wrong with the signature.
        source: RejectedSignature,
    },
    /// The body can't be decoded.
    #[error(transparent)]
    Coding(#[from] DecodeError),
    /// The body is not an event.
    #[error(transparent)]
    Malformed(#[from] MalformedEvent),
    /// The store can't take more, or can't take anything.
    #[error("the event can't be stored")]
    Store(#[from] StoreError),
}

/// Why the store refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is full: the sender should come back later.
    Full,
    /// It failed: the operator has to look.
    Failed,
}

impl AcceptError {
    fn signature(source: RejectedSignature, codings: Codings) -> Self {
        if codings.is_empty() {
            Self::Signature(source)
        } else {
            Self::SignatureOfCoded { codings, source }
        }
    }

    /// Tells a full store from a failed one.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Store(
                StoreError::BacklogFull { .. }
                | StoreError::DiskFull { .. }
                | StoreError::IndexBehind,
            ) => Refusal::Full,
            _ => Refusal::Failed,
        }
    }
}

impl Relay {
    /// The names of the source with this path; none when no source has it.
    #[must_use]
    pub fn source_names(&self, path: &str) -> Option<Arc<SourceNames>> {
        let source = self.registry.source(path)?;
        self.registry.source_names(source.id).cloned()
    }

    /// Takes an event that came in on a source's path.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing is stored then.
    pub async fn accept(
        &self,
        path: &str,
        unverified: UnverifiedEvent,
    ) -> Result<Acceptance, AcceptError> {
        let now = clock::now();
        let source = self
            .registry
            .source(path)
            .ok_or(AcceptError::UnknownSource)?;
        let tolerance_s = self.ingest.timestamp_tolerance_s;
        let codings = unverified.codings.clone();
        let verified = unverified
            .verify(&source.verifier, now, tolerance_s)
            .map_err(|error| AcceptError::signature(error, codings))?;
        let bytes_max = self.ingest.body_bytes_max;
        let decoded = self
            .decoding
            .decode(source.tenant, verified, bytes_max)
            .await?;
        let event = into_event(decoded, source, now)?;
        let deliveries = self
            .registry
            .subscribers(source, &event.event_type)
            .map(|endpoint| (DeliveryId::new(now, clock::random()), endpoint))
            .collect::<Vec<_>>();
        let is_wanted = !deliveries.is_empty();
        let accepted = self
            .store
            .accept(vec![NewEvent { event, deliveries }])
            .await?;
        match accepted.as_slice() {
            [Accepted::New(id)] if is_wanted => Ok(Acceptance::New(*id)),
            [Accepted::New(id)] => Ok(Acceptance::Unrouted(*id)),
            [Accepted::Duplicate(id)] => Ok(Acceptance::Repeat(*id)),
            _ => unreachable!("the store answers once for each event"),
        }
    }
}

fn into_event(
    decoded: DecodedEvent,
    source: &Source,
    now: hookmill_domain::UnixMs,
) -> Result<Event, MalformedEvent> {
    let id = EventId::new(now, clock::random());
    decoded.into_event(id, source.tenant, source.id, now)
}
