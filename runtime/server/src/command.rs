//! The server's commands: `serve`, and what it starts as child processes of its
//! own.

use crate::caps::SHUTDOWN_TIMEOUT;
use crate::children::{self, IndexCheckArgs};
use crate::serve::relay_config;
use crate::signals::Signals;
use crate::store_command::StoreCommand;
use crate::{logging, serve};
use anyhow::Context as _;
use hookmill_config::{LogFormat, Overrides, Settings};
use hookmill_domain::causes::in_one_line;
use hookmill_relay::{CheckError, OnLoss, OpenError, worker};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// What needs a relay, or a part of one, in this process.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve: accept events, transform and deliver them
    Serve(Args),
    /// Compile a component in a child process (started by `serve`)
    #[command(hide = true)]
    CompileWorker,
    /// Try the queue's index in a child process (started by `serve`)
    #[command(hide = true)]
    IndexCheck(IndexCheckArgs),
    /// Look into a data folder, or mend what can be made anew
    #[command(subcommand)]
    Store(StoreCommand),
}

impl Command {
    /// Does what was asked.
    ///
    /// # Errors
    /// What went wrong, with its causes; the caller shows it.
    pub fn execute(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Serve(args) => serve(args),
            Self::CompileWorker => children::compile(),
            Self::IndexCheck(args) => children::check_index(&args),
            Self::Store(command) => Ok(command.execute()),
        }
    }
}

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
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
    /// End when standard input does
    #[arg(long, hide = true)]
    end_with_parent: bool,
    #[command(flatten)]
    settings: SettingsFlags,
}

/// Settings that win over the environment and the configuration file.
#[derive(Debug, clap::Args)]
struct SettingsFlags {
    /// Address and port to listen on, also HOOKMILL_LISTEN
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Folder of the queue and the compiled transforms, also HOOKMILL_DATA_DIR
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// What to log: a level, or target=level,..., also HOOKMILL_LOG
    #[arg(long, value_name = "FILTER")]
    log: Option<String>,
    /// How to log: text or json, also HOOKMILL_LOG_FORMAT
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

impl From<SettingsFlags> for Overrides {
    fn from(flags: SettingsFlags) -> Self {
        Self {
            listen: flags.listen,
            data_dir: flags.data_dir,
            log: flags.log,
            log_format: flags.log_format,
        }
    }
}

/// Exit code of a problem in the configuration.
const BAD_CONFIGURATION: u8 = 2;

/// Exit code of a damaged store (EX_DATAERR of sysexits.h): starting again
/// will not help.
const DAMAGED: u8 = 65;

fn serve(args: Args) -> anyhow::Result<ExitCode> {
    if args.end_with_parent {
        worker::end_with_parent()?;
    }
    let runtime = runtime()?;
    // Before anything that takes time: from here on SIGHUP does not end it.
    let signals = {
        let _within = runtime.enter();
        Signals::catch().context("the signals can't be caught")?
    };
    let overrides = args.settings.into();
    let settings = match hookmill_config::load(
        &args.config,
        &overrides,
        &hookmill_config::process_environment,
    ) {
        Ok(settings) => settings,
        Err(problems) => {
            eprintln!("{problems}");
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
    runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
    match served {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => match error.downcast_ref::<OpenError>() {
            Some(open) if open.is_damage() => {
                show(error.as_ref());
                Ok(ExitCode::from(DAMAGED))
            }
            _ => Err(error),
        },
    }
}

/// Loads every transform besides, and keeps nothing of it. What serving would
/// go on without is a problem here.
fn check(settings: Settings) -> anyhow::Result<ExitCode> {
    if let Err(problems) = settings.check_files() {
        eprintln!("{problems}");
        return Ok(ExitCode::from(BAD_CONFIGURATION));
    }
    let folder = tempfile::tempdir().context("no temporary folder can be made")?;
    let endpoints = settings.declared.endpoints.len();
    let config = hookmill_relay::Config {
        data_dir: folder.path().to_owned(),
        ..relay_config(settings)
    };
    match hookmill_relay::check_transforms(&config) {
        Ok(()) => {}
        Err(CheckError::Refused(all)) => {
            for refused in all {
                show(&refused);
            }
            return Ok(ExitCode::from(BAD_CONFIGURATION));
        }
        Err(error) => return Err(error.into()),
    }
    println!("the configuration is right: {endpoints} endpoints");
    Ok(ExitCode::SUCCESS)
}

fn show(error: &(dyn std::error::Error + 'static)) {
    eprintln!("hookmill: {}", in_one_line(error));
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the async runtime can't start")
}
