//! `hookmill demo`: the main job at work, with nothing set up.

use crate::command::runtime;
use crate::{demo, logging};
use hookmill_config::{LogFilter, LogSettings};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `demo` takes.
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

pub(crate) fn execute(args: Args) -> anyhow::Result<ExitCode> {
    logging::start(&LogSettings {
        filter: LogFilter::WARN,
        ..LogSettings::default()
    });
    let options = demo::Options {
        data_dir: args.data_dir,
        listen: args.listen,
        once: args.once,
    };
    runtime()?.block_on(demo::run(options))?;
    Ok(ExitCode::SUCCESS)
}
