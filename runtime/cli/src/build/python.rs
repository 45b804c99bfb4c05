//! A folder of Python to a component, by componentize-py.
//!
//! The component holds Python's interpreter and the modules that `app.py`
//! imports, as they are after their top levels have run. WASI is stubbed out:
//! a transform has no use for it, and a component without it starts faster.
//! The sources are copied first: the interpreter leaves its caches beside them.
//! With our SDK beside it, `app.py` has a class that is free of generated names.

use super::{Missing, tool};
use anyhow::Context as _;
use hookmill_sandbox::build::CONTRACT;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// What the package's own script does; it can't be started by `-m`.
const SCRIPT: &str = "import sys, componentize_py; sys.exit(componentize_py.script())";

/// The SDK's part that a component is made of, as a file and as a module.
const ENTRY: (&str, &str) = ("hookmill/component.py", "hookmill.component");

/// What a component is made of where the SDK is not used: the project has the
/// class that componentize-py wants.
const BARE: &str = "app";

/// Folders of a project that no module imports.
const LEFT_OUT: [&str; 2] = ["tests", "__pycache__"];

/// How componentize-py is started: by its name, or by Python.
pub(crate) fn find() -> Result<Vec<OsString>, Missing> {
    if let Some(program) = tool::find("componentize-py") {
        return Ok(vec![program.into()]);
    }
    let python = tool::find("python3");
    let python = python.filter(|python| {
        let mut ask = Command::new(python);
        tool::ask(ask.args(["-c", SCRIPT, "--version"])).is_some()
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
    let sources = temporary.path().join("sources");
    copy(folder, &sources).with_context(|| format!("{} can't be copied", folder.display()))?;
    let component = temporary.path().join("component.wasm");
    let (file, module) = ENTRY;
    let has_sdk = sources.join(file).is_file();
    let mut build = tool::command(&words);
    build
        .current_dir(&sources)
        .arg("-d")
        .arg(&contract)
        .args(["-w", "transform", "componentize"])
        .args([if has_sdk { module } else { BARE }, "--stub-wasi"])
        .args(["-p", ".", "-o"])
        .arg(&component);
    tool::run(&mut build)?;
    fs::read(&component).context("componentize-py made no component")
}

/// Copies what a module may import: not the unit tests, caches, hidden files
/// or virtual environments.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let is_hidden = name.to_string_lossy().starts_with('.');
        let is_left_out = LEFT_OUT.iter().any(|one| name == *one);
        if is_hidden || is_left_out || path.join("pyvenv.cfg").exists() {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
