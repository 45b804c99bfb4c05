//! A folder of Python to a component, by componentize-py.
//!
//! The component holds Python's interpreter and the modules that `app.py`
//! imports, as they are after their top levels have run. WASI is stubbed out:
//! a transform has no use for it, and a component without it starts faster.

use super::{Missing, program};
use anyhow::Context as _;
use hookmill_relay::workbench::build::CONTRACT;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What the package's own script does; it can't be started by `-m`.
const SCRIPT: &str = "import sys, componentize_py; sys.exit(componentize_py.script())";

/// How componentize-py is started: by its name, or by Python.
pub(in crate::cli) fn find() -> Result<Vec<OsString>, Missing> {
    if let Some(program) = program::find("componentize-py") {
        return Ok(vec![program.into()]);
    }
    let python = program::find("python3");
    let python = python.filter(|python| {
        let mut ask = Command::new(python);
        program::ask(ask.args(["-c", SCRIPT, "--version"])).is_some()
    });
    match python {
        Some(python) => Ok(vec![python.into(), "-c".into(), SCRIPT.into()]),
        None => Err(Missing::new(
            "there is no componentize-py here",
            "by Python:     pip install componentize-py",
        )),
    }
}

/// Builds the component.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let words = find()?;
    eprintln!("building {} with componentize-py", folder.display());
    let temporary = tempfile::tempdir().context("a temporary folder can't be made")?;
    let contract = temporary.path().join("transform.wit");
    fs::write(&contract, CONTRACT).context("a temporary file can't be written")?;
    let component = temporary.path().join("component.wasm");
    let mut build = program::command(&words);
    build
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg("-d")
        .arg(&contract)
        .args(["-w", "transform", "componentize", "app", "--stub-wasi"])
        .args(["-p", ".", "-o"])
        .arg(&component);
    program::run(&mut build)?;
    fs::read(&component).context("componentize-py made no component")
}
