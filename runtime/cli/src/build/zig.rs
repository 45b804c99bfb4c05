//! A folder of Zig to a WebAssembly module.
//!
//! Built for no operating system, so nothing is imported but the world. Zig's
//! cache for a project goes to a temporary folder.

use super::{Missing, tool};
use anyhow::Context as _;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

const BUILD: [&str; 12] = [
    "build-exe",
    "handler.zig",
    "-target",
    "wasm32-freestanding",
    // A wrong index ends the event instead of going on with wrong bytes.
    "-O",
    "ReleaseSafe",
    "-fno-entry",
    "-rdynamic",
    "-fstrip",
    "-fsingle-threaded",
    "--stack",
    "65536",
];

/// How Zig is started: by its name, or by the Python package that brings it.
pub(crate) fn find() -> Result<Vec<OsString>, Missing> {
    if let Some(zig) = tool::find("zig") {
        return Ok(vec![zig.into()]);
    }
    let python = tool::find("python3");
    let python = python.filter(|python| {
        let mut ask = Command::new(python);
        tool::ask(ask.args(["-m", "ziglang", "version"])).is_some()
    });
    match python {
        Some(python) => Ok(vec![python.into(), "-m".into(), "ziglang".into()]),
        None => Err(Missing::new(
            "there is no Zig compiler here",
            "by Python:     pip install ziglang\n\
             elsewhere:     zig in the search path (Debian has no package)",
        )),
    }
}

/// Builds the module.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let zig = find()?;
    eprintln!("building {} with zig", folder.display());
    let temporary = tempfile::tempdir().context("a temporary folder can't be made")?;
    let module = temporary.path().join("module.wasm");
    let mut emit = OsString::from("-femit-bin=");
    emit.push(&module);
    let mut build = tool::command(&zig);
    build
        .current_dir(folder)
        .args(BUILD)
        .arg("--cache-dir")
        .arg(temporary.path())
        .arg(emit);
    tool::run(&mut build)?;
    fs::read(&module).context("zig made no module")
}
