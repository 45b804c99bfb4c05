//! `hookmill demo`: the main job, end to end, on one machine and with nothing
//! set up: a relay, a signed source, three destinations and a server that
//! stands in for their vendors.
//!
//! A client of `serve` like any other: the relay is a process of its own, events
//! are posted to it, and what became of them is asked of its API. The folder
//! that it leaves behind is a working configuration.

mod folder;
mod follow;
mod integrations;
mod print;
mod publish;
mod relay_process;
mod stand_in;

use crate::caps::{DEMO_FOLLOW_PERIOD, DEMO_SAMPLE_TIMEOUT};
use crate::remote::RemoteRelay;
use anyhow::{Context as _, anyhow, bail};
use folder::Folder;
use follow::Follower;
use hookmill_samples as samples;
use relay_process::RelayProcess;
use stand_in::StandIn;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

/// The arguments of `hookmill demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder for the demo's files; a temporary one, removed at the end, when
    /// it is not given
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// End after the sample events
    #[arg(long)]
    once: bool,
}

/// The samples that are published, in this order: what the reader is told, and
/// their names.
const PUBLISHED: [(&str, &str); 3] = [
    ("a payment", "payment.succeeded"),
    ("a new subscription", "subscription.active"),
    ("a cancelled subscription", "subscription.cancelled"),
];

/// Runs the demo until it is interrupted, or through once.
pub(super) fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the async runtime can't start")?;
    runtime.block_on(run(args))?;
    Ok(ExitCode::SUCCESS)
}

async fn run(args: &Args) -> anyhow::Result<()> {
    let interrupted = interruption().context("the signals can't be caught")?;
    let folder = folder::prepare(args.data_dir.as_deref())?;
    let stand_in = StandIn::start()
        .await
        .context("the vendors' stand-in can't start")?;
    let config = folder.config_of_run(&stand_in.origin())?;
    let mut relay = RelayProcess::start(config.path(), args.listen)?;
    let shown = tokio::select! {
        shown = show(args, &folder, &stand_in, &mut relay) => shown,
        () = interrupted => {
            if args.once {
                Err(anyhow!("interrupted before the samples were delivered"))
            } else {
                Ok(())
            }
        }
    };
    relay.stop().await;
    shown
}

/// Completes when the demo is told to end, or its terminal was closed.
fn interruption() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Publishes the samples and prints what becomes of them; then, unless it is
/// done once, of all events that come.
async fn show(
    args: &Args,
    folder: &Folder,
    stand_in: &StandIn,
    relay: &mut RelayProcess,
) -> anyhow::Result<()> {
    let address = relay.address().await?;
    let remote = RemoteRelay::new(
        &format!("http://{address}"),
        folder.operator_key().clone(),
        &[],
    )?;
    let mut follower = Follower::new(&remote);
    // The first time on a machine the engine is compiled.
    follower.wait_until_loaded().await?;
    print::heading(folder, address, stand_in.address());
    for (title, name) in PUBLISHED {
        let sample = samples::named(name).with_context(|| format!("no sample {name}"))?;
        let event = publish::post(&remote, folder.signing_key(), sample.body).await?;
        print::event(title, event);
        follower.follow(event);
        let tried = timeout(DEMO_SAMPLE_TIMEOUT, async {
            while !follower.has_tried(event) {
                print_new(&mut follower, stand_in).await?;
                sleep(DEMO_FOLLOW_PERIOD).await;
            }
            anyhow::Ok(())
        });
        tried
            .await
            .context("the deliveries of a sample event did not end in time")??;
    }
    print::invitation(args.once, address, folder);
    if args.once {
        return Ok(());
    }
    loop {
        while let Some(event) = relay.accepted() {
            follower.follow(event);
        }
        print_new(&mut follower, stand_in).await?;
        if relay.has_ended() {
            bail!("the relay ended: {}", relay.last_words());
        }
        sleep(DEMO_FOLLOW_PERIOD).await;
    }
}

async fn print_new(follower: &mut Follower<'_>, stand_in: &StandIn) -> anyhow::Result<()> {
    for attempt in follower.new_attempts().await? {
        print::attempt(&attempt, stand_in);
    }
    Ok(())
}
