//! Which program a path means: a file, or a folder that holds one.
//!
//! A folder's program is its `handler` in JavaScript or TypeScript; otherwise
//! the folder is built. Nothing is loaded here.

use super::build::component_of_folder;
use super::run::input::{TransformFile, read_transform};
use anyhow::Context as _;
use hookmill_relay::declared::TransformKind;
use std::path::{Path, PathBuf};

/// The names of a handler's source.
const HANDLERS: [&str; 4] = ["handler.js", "handler.mjs", "handler.ts", "handler.mts"];

/// Why there is no program.
pub(super) enum Missing {
    /// It can't be read: the caller gave the wrong path.
    Unreadable(anyhow::Error),
    /// It is there and can't be built.
    NotBuilt(anyhow::Error),
}

impl Missing {
    /// The cause, where the difference does not matter.
    pub(super) fn into_error(self) -> anyhow::Error {
        match self {
            Self::Unreadable(error) | Self::NotBuilt(error) => error,
        }
    }
}

/// Reads the program in a file, or reads or builds the one of a folder.
pub(super) fn find(path: &Path) -> Result<TransformFile, Missing> {
    if !path.is_dir() {
        return read_transform(path).map_err(Missing::Unreadable);
    }
    if let Some(handler) = handler_of(path) {
        return read_transform(&handler).map_err(Missing::Unreadable);
    }
    let name = path.display().to_string();
    let component = component_of_folder(path)
        .with_context(|| format!("{name} has no program that can be run"))
        .map_err(Missing::NotBuilt)?;
    Ok(TransformFile {
        name,
        kind: TransformKind::Component,
        bytes: component,
    })
}

fn handler_of(folder: &Path) -> Option<PathBuf> {
    let candidates = HANDLERS.iter().map(|name| folder.join(name));
    candidates.into_iter().find(|path| path.is_file())
}
