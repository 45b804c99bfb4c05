//! `hookmill doctor`: is this machine fit to run Hookmill, and to build
//! transforms? One line a check, with what to do where something is wrong.
//!
//! Changes nothing that stays: test files are removed, no folder is made but
//! the cache. Exit code 0, or 1 when a check failed; warnings don't count.

mod check;
mod machine;
mod sandbox;
mod storage;
mod tools;

use check::{Check, State};
use hookmill_config::{Overrides, Settings};
use hookmill_domain::caps::DISK_FREE_BYTES_MIN;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The arguments of `hookmill doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration to check, and whose data folder to test
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder to test, instead of the configuration's
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

/// Makes every check and prints the table.
pub(super) fn execute(args: &Args) -> anyhow::Result<ExitCode> {
    let (mut checks, settings) = configuration(args);
    let free_bytes_min = settings
        .as_ref()
        .map_or(DISK_FREE_BYTES_MIN, |settings| settings.disk_free_bytes_min);
    let data_dir = settings
        .map(|settings| settings.data_dir)
        .or_else(|| args.data_dir.clone())
        .unwrap_or_else(|| PathBuf::from("hookmill-data"));
    checks.extend(storage::checks(&data_dir, free_bytes_min));
    checks.extend(machine::checks());
    checks.extend(sandbox::checks());
    checks.extend(tools::checks());
    print(&checks)?;
    let failed = checks.iter().any(|check| check.state == State::Fail);
    Ok(ExitCode::from(u8::from(failed)))
}

fn configuration(args: &Args) -> (Vec<Check>, Option<Settings>) {
    let Some(file) = &args.config else {
        return (Vec::new(), None);
    };
    let overrides = Overrides {
        data_dir: args.data_dir.clone(),
        ..Overrides::default()
    };
    match hookmill_config::load(file, &overrides, &hookmill_config::process_environment) {
        Ok(settings) => {
            let detail = describe(file, &settings);
            let check = match settings.check_files() {
                Ok(()) => Check::ok("configuration", detail),
                Err(problems) => Check::fail("configuration", detail, &problems.to_string()),
            };
            (vec![check], Some(settings))
        }
        Err(problems) => {
            let detail = match problems.iter().count() {
                1 => "1 problem".to_owned(),
                count => format!("{count} problems"),
            };
            let check = Check::fail("configuration", detail, &problems.to_string());
            (vec![check], None)
        }
    }
}

fn describe(file: &Path, settings: &Settings) -> String {
    let declared = &settings.declared;
    let (files, uploads) = (declared.transforms.len(), declared.uploads.len());
    let transforms = match (files, uploads) {
        (_, 0) => format!("{files} transforms"),
        _ => format!(
            "{} transforms ({files} as files, {uploads} uploaded)",
            files + uploads
        ),
    };
    format!(
        "{}: {} tenants, {} sources, {} endpoints, {transforms}",
        file.display(),
        declared.tenants.len(),
        declared.sources.len(),
        declared.endpoints.len(),
    )
}

fn print(checks: &[Check]) -> io::Result<()> {
    let width = checks.iter().map(|check| check.name.len()).max();
    let width = width.unwrap_or_default();
    let mut stdout = io::stdout().lock();
    for check in checks {
        let (state, name) = (check.state.as_str(), check.name);
        writeln!(stdout, "{state:<4}  {name:<width$}  {}", check.detail)?;
        for line in check.advice.lines() {
            writeln!(stdout, "{:indent$}{line}", "", indent = width + 8)?;
        }
    }
    stdout.flush()
}
