//! A folder of sample events and the requests that they should become, laid
//! out as every integration's is:
//!
//! - `events/*.json`: events as their source sends them
//! - `expected/*.json`: under the same names, the requests
//! - `env.json`: the endpoint's variables, when there are any
//! - `options/*.json`: under the same names, what a single event needs besides
//!
//! An expected file is `{eventType, url, method, headers, payload, cancel}`,
//! with `payloadText` or `payloadBase64` for a body that is not JSON; or `{error}` with the text of a fault, and its `code` where that matters.

use super::endpoint::DryRunEndpoint;
use super::json_file::read_json;
use super::run::input::{RunInput, check_object, instant_ms, read_event};
use super::variables::Variables;
use anyhow::{Context as _, bail};
use hookmill_domain::UnixMs;
use hookmill_domain::event::check_event_type;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// 2026-01-15T12:34:56.789Z. It stands still, so that requests with a time in
/// them can be compared.
pub(super) const NOW: UnixMs = UnixMs(1_768_480_496_789);

/// The folder, read.
pub(super) struct Fixtures {
    /// Ordered by name; never empty.
    pub(super) cases: Vec<Case>,
    /// Names of expected files without an event.
    pub(super) without_event: Vec<String>,
}

/// One event.
pub(super) struct Case {
    /// The files' common name, without `.json`.
    pub(super) name: String,
    /// What the transform is run with.
    pub(super) input: RunInput,
    /// What it should come to; none when there is no such file.
    pub(super) expected: Option<Box<RawValue>>,
    /// Where that stands, or would.
    pub(super) expected_file: PathBuf,
}

/// What one event needs besides, from `options/`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Options {
    /// Instead of the event's `type`.
    event_type: Option<String>,
    /// The endpoint's URL.
    url: Option<String>,
    /// The instant that the transform sees, in RFC 3339.
    now: Option<String>,
    /// The event's parameters.
    params: Option<Box<RawValue>>,
    /// Variables, over those of `env.json`.
    env: Variables,
}

/// Reads the events whose name contains `filter`, and all that belongs to
/// them.
pub(super) fn read(
    folder: &Path,
    filter: &str,
    endpoint: &DryRunEndpoint,
) -> anyhow::Result<Fixtures> {
    let events = folder.join("events");
    let found = names(&events).with_context(|| {
        format!(
            "{} has no sample events: put some into {}",
            folder.display(),
            events.display()
        )
    })?;
    if found.is_empty() {
        bail!("{} has no sample events (*.json)", events.display());
    }
    let chosen = |name: &&String| name.contains(filter);
    let env = endpoint.variables(Some(folder))?;
    let case = |name: &String| case(folder, name, &env, endpoint);
    let cases = found.iter().filter(chosen).map(case);
    let cases: Vec<Case> = cases.collect::<anyhow::Result<_>>()?;
    if cases.is_empty() {
        bail!(
            "no event in {} has {filter:?} in its name",
            events.display()
        );
    }
    let expected = folder.join("expected");
    let expected = if expected.is_dir() {
        names(&expected)?
    } else {
        BTreeSet::new()
    };
    let without_event = expected.difference(&found).filter(chosen).cloned();
    Ok(Fixtures {
        without_event: without_event.collect(),
        cases,
    })
}

fn case(
    folder: &Path,
    name: &str,
    env: &BTreeMap<String, String>,
    endpoint: &DryRunEndpoint,
) -> anyhow::Result<Case> {
    let file = |kind: &str| folder.join(kind).join(format!("{name}.json"));
    let (mut event_type, payload) = read_event(&file("events"))?.into_parts();
    let options_file = file("options");
    let options: Options = read_json(&options_file)?.unwrap_or_default();
    let wrong = |what: &str| format!("{}: `{what}`", options_file.display());
    if let Some(chosen) = options.event_type {
        check_event_type(&chosen).with_context(|| wrong("eventType"))?;
        event_type = chosen;
    }
    let params = options.params.as_deref().map_or("{}", RawValue::get);
    check_object(params).with_context(|| format!("{} must be a JSON object", wrong("params")))?;
    let endpoint = match &options.url {
        None => endpoint.clone(),
        Some(url) => endpoint.at(url).with_context(|| wrong("url"))?,
    };
    let now = match options.now {
        None => NOW,
        Some(text) => {
            let instant: jiff::Timestamp = text.parse().with_context(|| wrong("now"))?;
            instant_ms(instant)
                .with_context(|| format!("{} must not be before 1970", wrong("now")))?
        }
    };
    let mut env = env.clone();
    env.extend(options.env.0);
    let expected_file = file("expected");
    Ok(Case {
        name: name.to_owned(),
        input: RunInput {
            event_type,
            payload,
            endpoint,
            now,
            env,
            params: params.to_owned(),
        },
        expected: read_json(&expected_file)?,
        expected_file,
    })
}

/// The names of a folder's JSON files, without the extension.
fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let what = || format!("{} can't be listed", folder.display());
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(what)? {
        let path = entry.with_context(what)?.path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let name = path.file_stem().and_then(|it| it.to_str());
        let name = name.with_context(|| format!("{} is not a name in UTF-8", path.display()))?;
        names.insert(name.to_owned());
    }
    Ok(names)
}
