//! `hookmill serve`: accept events, transform and deliver them.

use super::{SettingsFlags, show_error};
use crate::config::{self, Settings};
use crate::signals::Signals;
use crate::{logging, serve};
use anyhow::Context as _;
use hookmill_relay::{CheckError, OnLoss, OpenError};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "hookmill.toml")]
    config: PathBuf,
    /// Check the configuration and end: 0 when it is right, 2 when not
    #[arg(long)]
    check: bool,
    /// Start although the store lacks events that it acknowledged: what is
    /// lost stays lost
    #[arg(long)]
    accept_loss: bool,
    #[command(flatten)]
    settings: SettingsFlags,
}

/// Exit code of a mistake in the configuration.
const BAD_CONFIGURATION: u8 = 2;

/// How long threads that still do something may take in the end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Exit code of a damaged store (EX_DATAERR of sysexits.h): starting again
/// will not help.
const DAMAGED: u8 = 65;

pub(super) fn execute(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    // Before anything that takes time: from here on SIGHUP does not end it.
    let signals = {
        let _within = runtime.enter();
        Signals::catch().context("the signals can't be caught")?
    };
    let overrides = args.settings.into();
    let settings = match config::load(&args.config, &overrides, &config::process_environment) {
        Ok(settings) => settings,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return Ok(ExitCode::from(BAD_CONFIGURATION));
        }
    };
    if args.check {
        return check(settings);
    }
    logging::start(&settings.log);
    let on_loss = if args.accept_loss {
        OnLoss::Accept
    } else {
        OnLoss::Refuse
    };
    let served = runtime.block_on(serve::run(settings, on_loss, signals));
    // A name that is still being looked up holds nobody up.
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match served {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => match error.downcast_ref::<OpenError>() {
            Some(open) if open.is_damage() => {
                show_error(&error);
                Ok(ExitCode::from(DAMAGED))
            }
            _ => Err(error),
        },
    }
}

/// Loads every transform besides, and keeps nothing of it. What serving would
/// go on without is a mistake here.
fn check(settings: Settings) -> anyhow::Result<ExitCode> {
    if let Err(mistakes) = settings.check_files() {
        eprintln!("{mistakes}");
        return Ok(ExitCode::from(BAD_CONFIGURATION));
    }
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let endpoints = settings.declared.endpoints.len();
    let config = hookmill_relay::Config {
        data_dir: folder.path().to_owned(),
        ..settings.into_relay()
    };
    match hookmill_relay::check_transforms(&config) {
        Ok(()) => {}
        Err(CheckError::Refused(all)) => {
            for refused in all {
                show_error(&refused.into());
            }
            return Ok(ExitCode::from(BAD_CONFIGURATION));
        }
        Err(error) => return Err(error.into()),
    }
    println!("the configuration is right: {endpoints} endpoints");
    Ok(ExitCode::SUCCESS)
}

/// The async runtime of `serve` and `demo`.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime can't start")
}
