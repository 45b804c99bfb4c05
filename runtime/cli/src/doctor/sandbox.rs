//! The sandbox: does it start here, does a handler run, and are the processes
//! that compile components confined?

use super::check::Check;
use crate::author_sandbox::AuthorSandbox;
use crate::cache_dir::cache_dir;
use anyhow::Context as _;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::causes::in_one_line;
use hookmill_domain::program::ProgramKind;
use hookmill_domain::request::Method;
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use hookmill_sandbox::Invocation;
use std::time::{Duration, Instant};

/// All checks of the sandbox.
pub(super) fn checks() -> Vec<Check> {
    let folder = cache_dir();
    let shown = folder.display();
    let check = match run() {
        Ok(time) => Check::ok(
            "sandbox",
            format!("a JavaScript handler ran in {time:.1?}; cache in {shown}"),
        ),
        Err(error) => Check::fail(
            "sandbox",
            in_one_line(error.as_ref()),
            &format!("the cache is in {shown}; HOOKMILL_CACHE_DIR moves it"),
        ),
    };
    vec![check, confinement()]
}

/// A child tries what it must not be able to do.
fn confinement() -> Check {
    const NAME: &str = "compiling";
    let probe = std::env::current_exe()
        .map_err(|error| error.to_string())
        .and_then(|exe| hookmill_sandbox::probe(&exe));
    let probe = match probe {
        Ok(probe) => probe,
        Err(error) => return Check::fail(NAME, error, "no component can be compiled here"),
    };
    if !probe.is_confined {
        return Check::warn(
            NAME,
            "components compile in child processes with limits, but not confined",
            "This system has no seccomp filters, or does not allow them (a container's profile?).\n\
             Without them a mistake in the compiler could let a component act as this user.",
        );
    }
    let leaks: Vec<_> = probe.leaks().collect();
    if leaks.is_empty() {
        let tried = probe.steps.len();
        let detail =
            format!("components compile in a confined child; it was refused {tried} ways out");
        return Check::ok(NAME, detail);
    }
    Check::fail(
        NAME,
        format!("a confined child could {}", leaks.join(", ")),
        "This is a mistake in Hookmill: report it, with this table.",
    )
}

/// The time from nothing to a result.
fn run() -> anyhow::Result<Duration> {
    let start = Instant::now();
    let sandbox = AuthorSandbox::open(&cache_dir())?;
    let handler = b"function handler(webhook) { return webhook }";
    let program = sandbox.load("doctor.js", ProgramKind::JavaScript, handler)?;
    let instant = UnixMs(0);
    let run = sandbox.run(
        &program,
        Invocation {
            event_type: "doctor.check".to_owned(),
            url: "https://relay.invalid/default".to_owned(),
            method: Method::Post,
            headers: Vec::new(),
            content_type: None,
            payload: "{}".into(),
            event_id: EventId::new(instant, [0; 10]).to_string(),
            delivery_id: DeliveryId::new(instant, [0; 10]).to_string(),
            received_at: instant,
            env: [].into(),
            params: "{}".into(),
            caps: SandboxCaps::default(),
        },
    )?;
    let outcome = run
        .outcome
        .map_err(|fault| anyhow::anyhow!("{}", fault.message));
    outcome.context("a handler that does nothing failed")?;
    Ok(start.elapsed())
}
