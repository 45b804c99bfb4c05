//! The binary under test, and where the project's files are.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The project's root folder.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests are a folder of the project")
}

/// The `hookmill` binary: `HOOKMILL_BIN`, or the one of this build, made by
/// cargo when it is missing or old.
#[must_use]
pub fn hookmill() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        if let Some(path) = std::env::var_os("HOOKMILL_BIN") {
            return path.into();
        }
        let profile = if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        };
        let mut build = Command::new(env!("CARGO"));
        build
            .current_dir(root())
            .args(["build", "-q", "-p", "hookmill", "--bin", "hookmill"]);
        if profile == "release" {
            build.arg("--release");
        }
        let built = build.status().expect("cargo runs");
        assert!(built.success(), "the binary builds");
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root().join("target"), PathBuf::from);
        target.join(profile).join("hookmill")
    })
}

/// Runs the binary to its end.
///
/// # Panics
/// When it can't be started.
#[must_use]
pub fn run(args: &[&str]) -> Output {
    Command::new(hookmill())
        .args(args)
        .env("HOOKMILL_CACHE_DIR", cache_dir())
        .output()
        .expect("the binary starts")
}

/// Compiled code that all tests share, so that the engine is compiled once.
#[must_use]
pub fn cache_dir() -> PathBuf {
    root().join("target").join("test-cache")
}

/// The folder of shared material beside the project, where it is present.
#[must_use]
pub fn shared() -> Option<PathBuf> {
    let path =
        std::env::var_os("HOOKMILL_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    path.is_dir().then_some(path)
}
