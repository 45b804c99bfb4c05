//! Builds the recording library and starts children under it.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub(crate) const ROLE: &str = "HOOKMILL_WORKER_ROLE";
pub(crate) const SEED: &str = "HOOKMILL_WORKER_SEED";
pub(crate) const ROOT: &str = "HOOKMILL_DISK_ROOT";
pub(crate) const TRIGGER: &str = "HOOKMILL_DISK_TRIGGER";

/// The compiled library.
pub(crate) struct Library {
    dir: TempDir,
}

/// What the child's store lives in.
pub(crate) fn root(dir: &Path) -> PathBuf {
    dir.join("disk")
}

pub(crate) fn trace_path(dir: &Path) -> PathBuf {
    dir.join("trace")
}

impl Library {
    /// Compiles it; none where there is no C compiler.
    pub(crate) fn build() -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/disk.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(dir.path().join("disk.so"));
        match cc.arg(source).args(["-ldl", "-lpthread"]).status() {
            Ok(status) => assert!(status.success(), "the library does not compile"),
            Err(error) => {
                hookmill_peer::missing(format_args!(
                    "no C compiler to build the simulated disk with: {error}"
                ));
                return None;
            }
        }
        Some(Self { dir })
    }

    /// A child whose disk, in `dir`, is recorded.
    pub(crate) fn child(&self, dir: &Path, role: &str, seed: u64) -> Command {
        std::fs::create_dir(root(dir)).expect("a new folder");
        let mut child = child(dir, role, seed);
        child
            .env("LD_PRELOAD", self.dir.path().join("disk.so"))
            .env("HOOKMILL_DISK_TRACE", trace_path(dir))
            .env(TRIGGER, dir.join("trigger"));
        child
    }
}

/// This program as a child in a role, its store in `dir`.
pub(crate) fn child(dir: &Path, role: &str, seed: u64) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child
        .args([
            "--exact",
            "worker_process",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(ROLE, role)
        .env(SEED, seed.to_string())
        .env(ROOT, root(dir));
    child
}
