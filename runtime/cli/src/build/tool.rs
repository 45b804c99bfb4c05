//! Other people's programs: where they are, and running them.
//!
//! What they print goes to standard error as it comes, so that authors see
//! the messages of a compiler as they know them. It installs nothing.

use anyhow::{Context as _, bail};
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The newest version suffix that is looked for, as in `clang-19`.
const VERSION_MAX: u32 = 40;

/// The oldest one that makes what the sandbox takes.
const VERSION_MIN: u32 = 14;

/// A program of the search path.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut files = env::split_paths(&path).map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

/// The newest of a family of programs that carry LLVM's version in their
/// names, as Debian's do; the one without a version when there is no other.
pub(crate) fn find_newest(name: &str) -> Option<PathBuf> {
    let versions = (VERSION_MIN..=VERSION_MAX).rev();
    versions
        .map(|version| format!("{name}-{version}"))
        .chain([name.to_owned()])
        .find_map(|name| find(&name))
}

/// A command that starts with these words.
pub(super) fn command(words: &[OsString]) -> Command {
    let (program, rest) = words.split_first().expect("a command has a first word");
    let mut command = Command::new(program);
    command.args(rest);
    command
}

/// The first line that a program prints, when it succeeds.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let command = command.stdin(Stdio::null()).stderr(Stdio::null());
    let output = command.output().ok().filter(|it| it.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().next()?.to_owned())
}

/// Runs a program to its end.
pub(super) fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdin(Stdio::null())
        // Standard output is for what `hookmill build` says.
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("{name} can't be started"))?;
    if !status.success() {
        bail!("{name} failed ({status}); its messages are above");
    }
    Ok(())
}
