//! A sample event, and what came of a program's run over it.

use bytes::Bytes;
use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::event::{EventBody, MalformedEvent};
use hookmill_domain::fault::Fault;
use hookmill_domain::webhook::Webhook;

/// A sample event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What it is called, in messages.
    pub name: String,
    /// Its type.
    pub event_type: String,
    /// Its body: a JSON object in UTF-8.
    pub body: Bytes,
}

impl Sample {
    /// An event's body as a sample.
    ///
    /// # Errors
    /// [`MalformedEvent`].
    pub fn parse(name: impl Into<String>, body: Bytes) -> Result<Self, MalformedEvent> {
        let (event_type, body) = EventBody::read(body)?.into_parts();
        Ok(Self {
            name: name.into(),
            event_type,
            body,
        })
    }
}

/// What came of one sample event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleRun {
    /// The sample's name.
    pub name: String,
    /// The request that would be sent, or why there is none.
    pub outcome: Result<Webhook, Fault>,
    /// What the run used.
    pub usage: RunUsage,
    /// What it might have used.
    pub caps: SandboxCaps,
    /// What it logged.
    pub logs: String,
    /// What looks wrong about the request, a sentence each.
    pub warnings: Vec<String>,
}
