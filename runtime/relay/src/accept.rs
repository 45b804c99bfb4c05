//! Accepting an event: from an unverified request to a durable event with one
//! delivery for each endpoint that wants it.
//!
//! Nothing is answered before it is durable, and nothing is stored before the
//! signature is checked.

use crate::clock;
use crate::relay::Relay;
use hookmill_domain::event::{Event, MalformedEvent, UnverifiedEvent, VerifiedEvent};
use hookmill_domain::signature::RejectedSignature;
use hookmill_domain::source::Source;
use hookmill_domain::{DeliveryId, EventId};
use hookmill_store::{Accepted, NewEvent, StoreError};
use serde::Deserialize;
use std::borrow::Cow;

/// What became of an event that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It is new, and durable.
    New(EventId),
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
    /// The body is no event.
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
    /// Tells a full store from a failed one.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Store(StoreError::BacklogFull { .. } | StoreError::DiskFull { .. }) => {
                Refusal::Full
            }
            _ => Refusal::Failed,
        }
    }
}

impl Relay {
    /// Whether a source has this path.
    #[must_use]
    pub fn has_source(&self, path: &str) -> bool {
        self.registry.source(path).is_some()
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
        let verified = unverified.verify(&source.verifier, now, tolerance_s)?;
        let event = into_event(verified, source, now)?;
        let deliveries = self
            .registry
            .subscribers(source, &event.event_type)
            .map(|endpoint| (DeliveryId::new(now, clock::random()), endpoint))
            .collect();
        let accepted = self
            .store
            .accept(vec![NewEvent { event, deliveries }])
            .await?;
        match accepted.as_slice() {
            [Accepted::New(id)] => Ok(Acceptance::New(*id)),
            [Accepted::Duplicate(id)] => Ok(Acceptance::Repeat(*id)),
            _ => unreachable!("the store answers once for each event"),
        }
    }
}

/// The part of the body that the relay reads. All else is only checked to be
/// JSON.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, rename = "type")]
    event_type: Option<Cow<'a, str>>,
}

fn into_event(
    verified: VerifiedEvent,
    source: &Source,
    now: hookmill_domain::UnixMs,
) -> Result<Event, MalformedEvent> {
    let event_type = event_type(verified.body())?;
    let id = EventId::new(now, clock::random());
    verified.into_event(id, source.tenant, source.id, event_type, now)
}

/// The type of the event that a body is; empty when it has none.
pub(crate) fn event_type(body: &[u8]) -> Result<String, MalformedEvent> {
    // What serde skips it does not check to be UTF-8; handlers get a text.
    let text = std::str::from_utf8(body)
        .map_err(|error| MalformedEvent::NotAnObject(error.to_string()))?;
    // serde would read an array as a struct, field by field.
    if !text.trim_ascii_start().starts_with('{') {
        let found = "it begins with something else".into();
        return Err(MalformedEvent::NotAnObject(found));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            MalformedEvent::BadType
        } else {
            MalformedEvent::NotAnObject(error.to_string())
        }
    })?;
    Ok(envelope.event_type.unwrap_or_default().into_owned())
}
