//! `hookmill demo`: the main job, end to end, on one machine and with nothing
//! set up: a relay, a signed source, three destinations and a sink that stands
//! in for the vendors.
//!
//! It uses the relay exactly as `serve` does; only the sink is its own. The
//! folder that it leaves behind is a working configuration.

mod cast;
pub(crate) mod command;
mod folder;
mod print;
mod publish;
mod sink;

use crate::serve::Server;
use crate::signals::{Signal, Signals};
use anyhow::Context as _;
use hookmill_config::{Overrides, Settings};
use hookmill_relay::OnLoss;
use hookmill_relay::notice::Notice;
use hookmill_samples as samples;
use sink::Sink;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How the demo is run.
pub(crate) struct Options {
    /// Where its files go; a temporary folder, removed at the end, when none.
    pub(crate) data_dir: Option<PathBuf>,
    /// Address to listen on.
    pub(crate) listen: std::net::SocketAddr,
    /// End after the samples instead of waiting for more events.
    pub(crate) once: bool,
}

/// Seconds that the deliveries of one sample may take.
const SAMPLE_TIMEOUT_S: u64 = 30;

/// Runs the demo until it is interrupted, or through once.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let folder = folder::prepare(options.data_dir.as_deref())?;
    let sink = Sink::start().await.context("the sink can't start")?;
    let settings = settings(&folder, &sink, options.listen)?;
    let endpoints = settings.declared.endpoints.len();
    let server = Server::open(settings, OnLoss::Refuse).await?;
    let mut notices = server.relay().notices();
    let running = server.start().await?;
    // The first time on a machine the engine is compiled.
    running.loaded().await;
    print::heading(&folder, running.address(), sink.address());
    for (title, name) in cast::PUBLISHED {
        let sample = samples::named(name).with_context(|| format!("no sample {name}"))?;
        let id = publish::post(running.address(), &folder.key, sample.body).await?;
        print::event(title, &id);
        let mut seen = 0;
        while seen < endpoints {
            let timeout = Duration::from_secs(SAMPLE_TIMEOUT_S);
            let notice = tokio::time::timeout(timeout, next(&mut notices))
                .await
                .context("the deliveries of a sample event did not end in time")?;
            print::attempt(&notice, &sink);
            seen += 1;
        }
    }
    let invitation = if options.once {
        "Without --once the relay keeps running, for events of your own"
    } else {
        "The relay keeps running. Publish an event of your own (end with Ctrl-C)"
    };
    print::invitation(invitation, running.address(), &folder);
    if !options.once {
        let mut signals = Signals::catch().context("the signals can't be caught")?;
        loop {
            tokio::select! {
                notice = next(&mut notices) => print::attempt(&notice, &sink),
                signal = signals.next() => match signal {
                    // Its terminal was closed, or it was told to end.
                    Signal::Stop | Signal::Reload => break,
                    Signal::Ignored(_) => {}
                },
            }
        }
    }
    running.drain().await;
    Ok(())
}

/// The next notice; skips what was missed by falling behind.
async fn next(notices: &mut Receiver<Arc<Notice>>) -> Arc<Notice> {
    loop {
        match notices.recv().await {
            Ok(notice) => return notice,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn settings(
    folder: &folder::Folder,
    sink: &Sink,
    listen: std::net::SocketAddr,
) -> anyhow::Result<Settings> {
    let overrides = Overrides {
        listen: Some(listen),
        ..Overrides::default()
    };
    let mut settings = hookmill_config::load(
        &folder.config,
        &overrides,
        &hookmill_config::process_environment,
    )?;
    settings.egress.routes = cast::VENDOR_HOSTS
        .iter()
        .map(|host| Ok((host.parse()?, sink.origin())))
        .collect::<anyhow::Result<_>>()?;
    Ok(settings)
}
