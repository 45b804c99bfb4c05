//! Other people's libraries and toolchains, as peers of the tests: installed
//! below `target/` by their languages' own package managers, once.
//!
//! Where a language or its registry is missing, there is none, and
//! `hookmill_peer::missing` has said so: a test that gets none ends there.

use crate::binary::root;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A virtual environment with these packages of Python's.
#[must_use]
pub fn python(name: &str, packages: &[&str]) -> Option<PathBuf> {
    installed(name, |folder| {
        succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder))
            && succeeds(
                Command::new(folder.join("bin/pip"))
                    .args(["install", "--quiet", "--disable-pip-version-check"])
                    .args(packages),
            )
    })
}

/// A folder with these packages of Node's below `node_modules`.
#[must_use]
pub fn node(name: &str, packages: &[&str]) -> Option<PathBuf> {
    installed(name, |folder| {
        succeeds(
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(folder)
                .args(packages),
        )
    })
}

/// Whether a program of the system's packages is there; `tests/run` installs
/// them.
#[must_use]
pub fn program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if !is_there {
        hookmill_peer::missing(format_args!("there is no {name} here"));
    }
    is_there
}

/// A folder below `target/` in which `install` has succeeded once.
fn installed(name: &str, install: impl FnOnce(&Path) -> bool) -> Option<PathBuf> {
    let peers = root().join("target/peers");
    let folder = peers.join(name);
    let done = folder.join("installed");
    // Tests are processes of their own: the first installs, the others wait.
    std::fs::create_dir_all(&peers).expect("the folder can be made");
    let lock = std::fs::File::create(peers.join(format!("{name}.lock")));
    let lock = lock.expect("the folder can be written");
    lock.lock().expect("a file can be locked");
    if !done.exists() {
        // What an interrupted installation left is of no use.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        if !install(&folder) {
            hookmill_peer::missing(format_args!("{name} can't be installed here"));
            return None;
        }
        std::fs::write(done, "").expect("the folder can be written");
    }
    Some(folder)
}

fn succeeds(command: &mut Command) -> bool {
    let output = command.stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}
