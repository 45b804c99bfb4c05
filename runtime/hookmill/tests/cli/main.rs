//! The command line as its users call it: the real binary, its exit codes,
//! and what it prints.
//!
//! Each test has a folder and a cache of its own.

mod bodies;
mod build;
mod bundle;
mod check;
mod doctor;
mod endpoint;
mod new;
mod readers;
mod run;
mod run_json;
mod run_profile;
mod sample;
mod test;
mod test_json;
mod test_watch;

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder in which `hookmill` is called.
struct Workspace {
    folder: TempDir,
}

/// What a call came to.
struct Called {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Workspace {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        let parent = path.parent().expect("a parent");
        fs::create_dir_all(parent).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    fn call(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Called {
        self.call_with(arguments, "")
    }

    /// Calls `hookmill` with this standard input.
    fn call_with(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        stdin: &str,
    ) -> Called {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hookmill"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOOKMILL_CACHE_DIR", shared_cache())
            .env("CARGO_TARGET_DIR", shared_target())
            .env_remove("HOOKMILL_DATA_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut input = child.stdin.take().expect("a pipe");
        // A call that reads nothing may have ended already.
        let _ = input.write_all(stdin.as_bytes());
        drop(input);
        child.wait_with_output().expect("it ends").into()
    }
}

impl From<Output> for Called {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Called {
    #[track_caller]
    fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// One cache for all tests: compiling the JavaScript engine takes seconds,
/// and the cache is made to be shared.
fn shared_cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// One folder for the crates that tests build: their dependencies and the
/// standard library take a minute.
fn shared_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests")
}
