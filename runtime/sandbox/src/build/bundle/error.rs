//! Why the files of a program can't be put together: in which file, where in
//! it, and what to do instead.

use hookmill_domain::fault::Position;
use std::path::PathBuf;

/// What to do where this is not enough.
pub(super) const ESBUILD: &str =
    "`npx esbuild ENTRY --bundle --format=esm --outfile=bundle.mjs` makes one file of all";

/// The files can't be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {message}", .file.display(), at(.position))]
pub struct BundleError {
    /// The file that is wrong, or imports what can't be.
    pub file: PathBuf,
    /// Where, when that is known.
    pub position: Option<Position>,
    /// What is wrong, and what to do.
    pub message: String,
}

fn at(position: &Option<Position>) -> String {
    position.map_or_else(String::new, |at| format!(":{at}"))
}
