//! From what an import says to the file that it means.
//!
//! Packages are not looked for, and a folder does not stand for a file in it.

use super::error::ESBUILD;
use std::path::{Component, Path, PathBuf};

/// What a path without its extension may stand for, in this order.
const EXTENSIONS: [&str; 5] = ["ts", "mts", "js", "mjs", "json"];

/// The file that an import names.
///
/// # Errors
/// There is no such file, or the import names a package.
pub(super) fn find(from: &Path, specifier: &str) -> Result<PathBuf, String> {
    let is_path = specifier.starts_with("./") || specifier.starts_with("../");
    if !is_path && matches!(specifier, "." | "..") {
        return Err(format!("`{specifier}` is a folder: name the file in it"));
    }
    if !is_path {
        return Err(format!(
            "`{specifier}` is a package, and only one's own files are bundled (`./{specifier}.js`): {ESBUILD}"
        ));
    }
    let folder = from.parent().unwrap_or(Path::new(""));
    let named = clean(&folder.join(specifier));
    let mut candidates = vec![named.clone()];
    // TypeScript names the file that a compiler would make.
    match named.extension().and_then(|it| it.to_str()) {
        Some("js") => candidates.push(named.with_extension("ts")),
        Some("mjs") => candidates.push(named.with_extension("mts")),
        _ => {}
    }
    let text = named.as_os_str().to_owned();
    candidates.extend(EXTENSIONS.map(|extension| {
        let mut text = text.clone();
        text.push(".");
        text.push(extension);
        PathBuf::from(text)
    }));
    let Some(found) = candidates.iter().find(|path| path.is_file()) else {
        let shown = named.display();
        return Err(if named.is_dir() {
            format!("{shown} is a folder: name the file in it")
        } else {
            format!("there is no file {shown}")
        });
    };
    let extension = found.extension().and_then(|it| it.to_str());
    if !extension.is_some_and(|it| EXTENSIONS.contains(&it)) {
        return Err(format!(
            "{} can't be imported: JavaScript, TypeScript and JSON can (.{})",
            found.display(),
            EXTENSIONS.join(", .")
        ));
    }
    Ok(found.clone())
}

/// The path without `.` and `..`, so that one file has one name.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(cleaned.components().next_back(), Some(Component::Normal(_))) =>
            {
                cleaned.pop();
            }
            part => cleaned.push(part),
        }
    }
    cleaned
}
