//! What `hookmill run` is given: files and flags, read and checked.

use super::Args;
use anyhow::{Context as _, bail};
use hookmill_domain::request::{Method, check_url};
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use hookmill_relay::declared::TransformKind;
use hookmill_relay::workbench::Invocation;
use serde::Deserialize;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes of an event: as many as `serve` can be set to.
const EVENT_BYTES_MAX: u64 = 16 << 20;

/// A transform's file.
pub(super) struct TransformFile {
    pub(super) name: String,
    pub(super) kind: TransformKind,
    pub(super) bytes: Vec<u8>,
}

/// Reads a transform; its extension says what it is.
pub(super) fn read_transform(path: &Path) -> anyhow::Result<TransformFile> {
    let name = path.display().to_string();
    let extension = path.extension().and_then(|it| it.to_str());
    let kind = extension.and_then(TransformKind::from_extension);
    let kind = kind.with_context(|| format!("{name}: {}", TransformKind::expected(extension)))?;
    let file = std::fs::File::open(path).with_context(|| format!("{name} can't be read"))?;
    Ok(TransformFile {
        bytes: read_capped(file, &name, kind.bytes_max() as u64)?,
        kind,
        name,
    })
}

/// The input of the run. With the same `--now` it is always the same: the ids
/// have no random part.
pub(super) fn invocation(args: &Args) -> anyhow::Result<Invocation> {
    check_url(&args.url).context("--url")?;
    let (payload, own_type) = read_event(&args.event)?;
    if let Err(error) = serde_json::from_str::<AnyObject>(&args.params) {
        bail!("--params must be a JSON object: {error}");
    }
    let received_at = match args.now {
        None => now(),
        Some(instant) => u64::try_from(instant.as_millisecond())
            .map(UnixMs)
            .ok()
            .context("--now must not be before 1970")?,
    };
    let mut env = args.env.clone();
    env.sort();
    if let Some([(name, _), _]) = env.array_windows().find(|[a, b]| a.0 == b.0) {
        bail!("--env {name} is given twice");
    }
    Ok(Invocation {
        event_type: args.event_type.clone().unwrap_or(own_type),
        url: args.url.clone(),
        method: Method::Post,
        headers: Vec::new(),
        payload: payload.into(),
        event_id: EventId::new(received_at, [0; 10]).to_string(),
        delivery_id: DeliveryId::new(received_at, [0; 10]).to_string(),
        received_at,
        env: env.into(),
        params: args.params.clone().into(),
        caps: args.limits.caps(),
    })
}

/// Parses `NAME=VALUE`.
pub(super) fn parse_variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// The body, byte for byte, and its `type`; empty when it has none.
fn read_event(path: &Path) -> anyhow::Result<(Vec<u8>, String)> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(default, rename = "type")]
        own_type: String,
    }
    let (name, bytes) = if path == Path::new("-") {
        let name = "standard input".to_owned();
        let bytes = read_capped(std::io::stdin(), &name, EVENT_BYTES_MAX)?;
        (name, bytes)
    } else {
        let name = path.display().to_string();
        let file = std::fs::File::open(path).with_context(|| format!("{name} can't be read"))?;
        let bytes = read_capped(file, &name, EVENT_BYTES_MAX)?;
        (name, bytes)
    };
    serde_json::from_slice::<AnyObject>(&bytes)
        .with_context(|| format!("{name}: an event is one JSON object"))?;
    let typed: Typed = serde_json::from_slice(&bytes)
        .with_context(|| format!("{name}: the event's `type` must be a text"))?;
    Ok((bytes, typed.own_type))
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

/// Any JSON object; nothing of it is kept.
type AnyObject = std::collections::BTreeMap<String, serde::de::IgnoredAny>;

fn now() -> UnixMs {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixMs(since_epoch.map_or(0, |elapsed| elapsed.as_millis() as u64))
}
