//! Where the command line keeps compiled code between two starts.
//!
//! Not for `serve`, which keeps it in its data folder unless
//! `HOOKMILL_CACHE_DIR` is set.

use std::env;
use std::path::PathBuf;

/// `$HOOKMILL_CACHE_DIR`; else `hookmill` in `$XDG_CACHE_HOME`, else in
/// `~/.cache`; without a home, in the folder for temporary files. May not
/// exist yet.
pub(super) fn cache_dir() -> PathBuf {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable("HOOKMILL_CACHE_DIR") {
        return folder.into();
    }
    let parent = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        // The XDG specification ignores relative paths.
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")));
    parent.unwrap_or_else(env::temp_dir).join("hookmill")
}
