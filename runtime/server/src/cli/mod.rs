//! The command line: what can be asked, and who answers. One subcommand a
//! file; each gives an exit code.
//!
//! - 0: it worked
//! - 1: it did not, or found what is wrong
//! - 2: bad usage: flags, or files that can't be read
//!
//! Nothing is decided here; `anyhow` ends here.

mod build;
mod cache_dir;
mod check;
mod demo;
mod doctor;
mod fixtures;
mod limits;
mod new;
mod program;
mod push;
mod run;
mod sample;
mod serve;
mod target;
mod test;
mod toolchain;
mod variables;
mod webhook_json;
mod worker;

use crate::config::{LogFormat, Overrides};
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// A webhook relay with WebAssembly transforms.
#[derive(Debug, Parser)]
#[command(name = "hookmill", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve: accept events, transform and deliver them
    Serve(serve::Args),
    /// Show the main job at work, on this machine, with nothing set up
    Demo(demo::Args),
    /// Make a folder for a new transform, with samples and tests
    New(new::Args),
    /// Check transforms as an upload would, without a server
    Check(check::Args),
    /// List the sample events in this binary, or print one
    Sample(sample::Args),
    /// Run a transform over one event and show the request it makes
    Run(run::Args),
    /// Run a transform over a folder of sample events and compare the requests
    Test(test::Args),
    /// Build a component from a project's folder, a core module or a handler's source
    Build(build::Args),
    /// Upload a program to a running relay as a transform's next version
    Push(push::Args),
    /// Check this machine, its tools and a configuration
    Doctor(doctor::Args),
    /// Compile a component in a child process (started by `serve`)
    #[command(hide = true)]
    CompileWorker,
    /// Look for damage in a data folder; exit code 65 when there is some
    StoreCheck(worker::StoreCheckArgs),
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

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// What went wrong, with its causes; the caller shows it.
    pub(crate) fn execute(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Serve(args) => serve::execute(args),
            Command::Demo(args) => demo::execute(args),
            Command::New(args) => Ok(new::execute(&args)),
            Command::Check(args) => Ok(check::execute(&args)),
            Command::Sample(args) => Ok(sample::execute(&args)),
            Command::Run(args) => Ok(run::execute(args)),
            Command::Test(args) => Ok(test::execute(&args)),
            Command::Build(args) => build::execute(&args),
            Command::Push(args) => Ok(push::execute(args)),
            Command::Doctor(args) => doctor::execute(&args),
            Command::CompileWorker => worker::compile(),
            Command::StoreCheck(args) => worker::check_store(&args),
        }
    }
}

/// Shows an error with its causes, as the last line on standard error.
pub(crate) fn show_error(error: &anyhow::Error) {
    eprintln!("hookmill: {}", with_causes(error));
}

/// An error and its causes in one line. A cause that the error before it has
/// told already is left out: libraries disagree about who tells it.
fn with_causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.ends_with(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

/// The exit code of a subcommand that says yes or no: 0, 1, and 2 for bad
/// usage, which is shown.
fn exit_code(done: anyhow::Result<bool>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            show_error(&error);
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_causes;
    use anyhow::anyhow;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow!("no such file");
        assert_eq!(with_causes(&error), "no such file");
        let error = anyhow!("no such file").context("a.js can't be read");
        assert_eq!(with_causes(&error), "a.js can't be read: no such file");
        let told = anyhow!("no such file").context("a.js can't be read: no such file");
        assert_eq!(
            with_causes(&told.context("push")),
            "push: a.js can't be read: no such file"
        );
    }
}
