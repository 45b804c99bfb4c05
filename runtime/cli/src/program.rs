//! Which program a path means: a file, or a folder that holds one.
//!
//! A folder's program is its `handler` in JavaScript or TypeScript; otherwise
//! the folder is built. A handler is put together with what it imports of its
//! author's own files. Nothing is loaded here.

use super::build::component_of_folder;
use super::run::input::{TransformFile, read_transform};
use super::run::report::Failure;
use anyhow::Context as _;
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::bundle::{BundleError, bundle};
use std::path::{Path, PathBuf};

/// The names of a handler's source.
const HANDLERS: [&str; 4] = ["handler.js", "handler.mjs", "handler.ts", "handler.mts"];

/// Why there is no program.
pub(super) enum Missing {
    /// It can't be read: the caller gave the wrong path.
    Unreadable(anyhow::Error),
    /// It is there and can't be built.
    NotBuilt(anyhow::Error),
    /// It imports what can't be bundled.
    NotBundled(BundleError),
}

impl Missing {
    /// The file that is wrong, where that is not the one that was asked for.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Unreadable(_) | Self::NotBuilt(_) => None,
            Self::NotBundled(error) => Some(&error.file),
        }
    }

    /// The cause, where the difference does not matter.
    pub(super) fn into_error(self) -> anyhow::Error {
        match self {
            Self::Unreadable(error) | Self::NotBuilt(error) => error,
            Self::NotBundled(error) => error.into(),
        }
    }

    /// What is wrong with the program itself.
    ///
    /// # Errors
    /// Nothing is wrong with it: it can't be read.
    pub(super) fn into_failure(self) -> anyhow::Result<Failure> {
        match self {
            Self::Unreadable(error) => Err(error),
            Self::NotBuilt(error) => Ok(Failure::of_build(&error)),
            Self::NotBundled(error) => Ok(Failure::of_bundle(&error)),
        }
    }
}

/// Reads the program in a file, or reads or builds the one of a folder.
pub(super) fn find(path: &Path) -> Result<TransformFile, Missing> {
    if !path.is_dir() {
        return read_handler(path);
    }
    if let Some(handler) = handler_of(path) {
        return read_handler(&handler);
    }
    let name = path.display().to_string();
    let component = component_of_folder(path)
        .with_context(|| format!("{name} has no program that can be run"))
        .map_err(Missing::NotBuilt)?;
    Ok(TransformFile {
        name,
        kind: ProgramKind::Component,
        bytes: component,
        origins: None,
    })
}

/// Reads a file, and what it imports.
fn read_handler(path: &Path) -> Result<TransformFile, Missing> {
    let file = read_transform(path).map_err(Missing::Unreadable)?;
    if file.kind == ProgramKind::Component {
        return Ok(file);
    }
    Ok(match bundle(path).map_err(Missing::NotBundled)? {
        None => file,
        Some(bundle) => TransformFile {
            kind: ProgramKind::JavaScript,
            bytes: bundle.text.into_bytes(),
            origins: Some(bundle.origins),
            ..file
        },
    })
}

fn handler_of(folder: &Path) -> Option<PathBuf> {
    let candidates = HANDLERS.iter().map(|name| folder.join(name));
    candidates.into_iter().find(|path| path.is_file())
}
