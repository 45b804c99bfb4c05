//! How a command ends: with an exit code, and with an error that is shown.

use hookmill_domain::causes::in_one_line;
use std::process::ExitCode;

/// Shows an error with its causes, as the last line on standard error.
pub fn show_error(error: &anyhow::Error) {
    eprintln!("hookmill: {}", in_one_line(error.as_ref()));
}

/// The exit code of a subcommand that says yes or no: 0, 1, and 2 for bad
/// usage, which is shown.
pub(super) fn exit_code(done: anyhow::Result<bool>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            show_error(&error);
            ExitCode::from(2)
        }
    }
}
