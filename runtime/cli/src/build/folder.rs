//! A project's folder to a component: which language is it in, and who builds
//! it.
//!
//! The main file decides. What is built is not checked here; nothing is
//! written into the folder.

use super::layer::Layer;
use super::{assemblyscript, c, go, javascript, python, rust_crate, zig};
use anyhow::{Context as _, bail};
use hookmill_sandbox::build;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Rust,
    C,
    Cpp,
    AssemblyScript,
    Go,
    Python,
    Zig,
    /// Or TypeScript.
    JavaScript,
}

/// The main file of each language.
const MAIN_FILES: [(&str, Language); 11] = [
    ("Cargo.toml", Language::Rust),
    ("handler.c", Language::C),
    ("handler.cpp", Language::Cpp),
    (assemblyscript::CONFIG, Language::AssemblyScript),
    ("go.mod", Language::Go),
    ("app.py", Language::Python),
    ("handler.zig", Language::Zig),
    ("handler.js", Language::JavaScript),
    ("handler.mjs", Language::JavaScript),
    ("handler.ts", Language::JavaScript),
    ("handler.mts", Language::JavaScript),
];

/// Builds the project in a folder.
pub(super) fn build(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let (main_file, language) = language_of(folder)?;
    let absolute = absolute(folder)?;
    match language {
        Language::Rust => from_crate(folder),
        Language::C => from_module(&c::build(&absolute, c::Dialect::C)?, folder),
        Language::Cpp => from_module(&c::build(&absolute, c::Dialect::Cpp)?, folder),
        Language::AssemblyScript => from_module(&assemblyscript::build(&absolute)?, folder),
        Language::Go => from_module(&go::build(&absolute)?, folder),
        Language::Zig => from_module(&zig::build(&absolute)?, folder),
        Language::Python => python::build(&absolute),
        Language::JavaScript => javascript::build(&folder.join(main_file)),
    }
}

/// What to call the component of a folder: the package's name, or the
/// folder's.
pub(super) fn name(folder: &Path) -> anyhow::Result<String> {
    if language_of(folder)?.1 == Language::Rust {
        return rust_crate::name(folder);
    }
    let absolute = absolute(folder)?;
    let name = absolute.file_name().unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

fn absolute(folder: &Path) -> anyhow::Result<PathBuf> {
    fs::canonicalize(folder).with_context(|| format!("{} can't be read", folder.display()))
}

fn language_of(folder: &Path) -> anyhow::Result<(&'static str, Language)> {
    let is_there = |(name, _): &(&str, Language)| folder.join(name).is_file();
    let found: Vec<_> = MAIN_FILES.into_iter().filter(is_there).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => bail!(
            "{} is not a transform's folder: it has none of {}",
            folder.display(),
            listed(&MAIN_FILES)
        ),
        several => bail!(
            "{} has several main files, {}: keep one",
            folder.display(),
            listed(several)
        ),
    }
}

fn listed(files: &[(&str, Language)]) -> String {
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn from_crate(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = rust_crate::build(folder)?;
    match Layer::of(&bytes) {
        // The linker of wasm32-wasip2 makes components itself.
        Some(Layer::Component) => Ok(bytes),
        _ => from_module(&bytes, folder),
    }
}

fn from_module(bytes: &[u8], place: &Path) -> anyhow::Result<Vec<u8>> {
    build::component_from_core_module(bytes)
        .with_context(|| format!("{} can't become a component", place.display()))
}
