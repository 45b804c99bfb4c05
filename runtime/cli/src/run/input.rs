//! What a program is run with: its own file, and an event with all that
//! belongs to it, read and checked.

use crate::caps::EVENT_BYTES_MAX;
use crate::endpoint::DryRunEndpoint;
use anyhow::{Context as _, bail};
use bytes::Bytes;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::event::EventBody;
use hookmill_domain::json;
use hookmill_domain::program::ProgramKind;
use hookmill_domain::request::Method;
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use hookmill_sandbox::Invocation;
use hookmill_sandbox::bundle::Origins;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// A transform's file.
pub(crate) struct TransformFile {
    pub(crate) name: String,
    pub(crate) kind: ProgramKind,
    pub(crate) bytes: Vec<u8>,
    /// Where the parts of a bundle come from.
    pub(crate) origins: Option<Origins>,
}

/// Reads a transform; its extension says what it is.
pub(crate) fn read_transform(path: &Path) -> anyhow::Result<TransformFile> {
    let name = path.display().to_string();
    let extension = path.extension().and_then(|it| it.to_str());
    let kind = extension.and_then(ProgramKind::from_extension);
    let kind = kind.with_context(|| format!("{name}: {}", ProgramKind::expected(extension)))?;
    let file = std::fs::File::open(path).with_context(|| format!("{name} can't be read"))?;
    Ok(TransformFile {
        bytes: read_capped(file, &name, kind.bytes_max() as u64)?,
        kind,
        name,
        origins: None,
    })
}

/// What a program is run with, besides its limits.
pub(crate) struct RunInput {
    /// The event's type: the body's own unless another is given.
    pub(crate) event_type: String,
    /// The event.
    pub(crate) payload: Bytes,
    /// The endpoint.
    pub(crate) endpoint: DryRunEndpoint,
    /// The instant that the transform sees.
    pub(crate) now: UnixMs,
    /// The endpoint's variables.
    pub(crate) env: BTreeMap<String, String>,
    /// The event's parameters, a JSON object.
    pub(crate) params: String,
}

impl RunInput {
    /// The input of the run. For the same instant it is always the same: the
    /// ids have no random part.
    pub(crate) fn invocation(&self, caps: SandboxCaps) -> Invocation {
        Invocation {
            event_type: self.event_type.clone(),
            url: self.endpoint.url().to_owned(),
            method: Method::Post,
            headers: Vec::new(),
            content_type: self.endpoint.content_type(),
            payload: self.payload.clone(),
            event_id: EventId::new(self.now, [0; 10]).to_string(),
            delivery_id: DeliveryId::new(self.now, [0; 10]).to_string(),
            received_at: self.now,
            env: self.env.clone().into_iter().collect(),
            params: self.params.clone().into(),
            caps,
        }
    }
}

/// The folder whose `env.json` counts for a transform: its own.
pub(crate) fn folder_of(transform: &Path) -> Option<&Path> {
    if transform.is_dir() {
        return Some(transform);
    }
    match transform.parent() {
        Some(parent) if parent == Path::new("") => Some(Path::new(".")),
        parent => parent,
    }
}

/// An instant as the sandbox takes it; none before 1970.
pub(crate) fn instant_ms(instant: jiff::Timestamp) -> Option<UnixMs> {
    u64::try_from(instant.as_millisecond()).map(UnixMs).ok()
}

/// Reads an event's file; `-` is standard input.
pub(crate) fn read_event(path: &Path) -> anyhow::Result<EventBody> {
    let (name, received) = if path == Path::new("-") {
        let name = "standard input".to_owned();
        let bytes = read_capped(std::io::stdin(), &name, EVENT_BYTES_MAX)?;
        (name, bytes)
    } else {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).with_context(|| format!("{name} can't be read"))?;
        let bytes = read_capped(file, &name, EVENT_BYTES_MAX)?;
        (name, bytes)
    };
    EventBody::read(received.into()).context(name)
}

/// Checks that a text is a JSON object, and nothing of what is in it.
pub(crate) fn check_object(json: &str) -> anyhow::Result<&str> {
    let text = json::check(json.as_bytes())?;
    if !text.trim_ascii_start().starts_with('{') {
        bail!("it is not an object");
    }
    Ok(text)
}

fn read_capped(from: impl Read, name: &str, bytes_max: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{name} can't be read"))?;
    if bytes.len() as u64 > bytes_max {
        bail!("{name} is larger than {bytes_max} bytes");
    }
    Ok(bytes)
}
