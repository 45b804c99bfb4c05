//! A folder of AssemblyScript to a WebAssembly module, by `asc`.
//!
//! Which options are right for a transform stands in the project's
//! `asconfig.json`, where its author and an editor find them. Nothing is
//! written into the folder.

use super::{Missing, tool};
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's file of options, and its main file.
pub(super) const CONFIG: &str = "asconfig.json";

/// Where npm puts the programs of a project's packages.
const BIN: &str = "node_modules/.bin/asc";

/// The compiler of a project: its own, that of a folder around it, or the one
/// in the search path.
pub(crate) fn find(folder: &Path) -> Result<PathBuf, Missing> {
    let own = folder.ancestors().map(|parent| parent.join(BIN));
    let mut found = own.filter(|path| path.is_file());
    found.next().or_else(|| tool::find("asc")).ok_or_else(|| {
        Missing::new(
            "there is no AssemblyScript compiler here",
            "by npm:        npm install, in the project's folder\n\
                 for all:       npm install --global assemblyscript",
        )
    })
}

/// Builds the module.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let asc = find(folder)?;
    eprintln!("building {} with asc", folder.display());
    let temporary = tempfile::tempdir().context("a temporary folder can't be made")?;
    let module = temporary.path().join("module.wasm");
    let mut build = Command::new(asc);
    build
        .current_dir(folder)
        .args(["--config", CONFIG, "--target", "release", "--outFile"])
        .arg(&module);
    tool::run(&mut build)?;
    fs::read(&module).context("asc made no module")
}
