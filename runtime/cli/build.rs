//! Puts the templates of `hookmill new` into the binary: every
//! `guest-sdk/<language>/template`, with what its `template.toml` says goes
//! along, and the shipped integrations' handlers with their samples.
//!
//! Tables of paths and `include_bytes!`, which `new/templates.rs` includes. Must not copy or change any file.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What tools leave behind, and what belongs to the template alone.
const LEFT_OUT: [&str; 5] = [
    "target",
    "node_modules",
    "__pycache__",
    "template",
    "template.toml",
];

/// What `template.toml` holds.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Manifest {
    /// The command that runs the unit tests, where the language has some.
    unit_test: String,
    copy: Vec<Copy>,
}

/// A file or a folder of the project that goes along.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    from: PathBuf,
    to: PathBuf,
}

/// Files of a new project: where they go, and where they come from.
type Files = BTreeMap<PathBuf, PathBuf>;

fn main() {
    // As the script runs: its binary may be shared by several checkouts.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let root = Path::new(&package).join("../..");
    let root = root.canonicalize().expect("the package is in the project");
    let mut code = String::from("pub(super) static TEMPLATES: &[Template] = &[\n");
    for folder in folders(&root.join("guest-sdk")) {
        let template = folder.join("template");
        if template.is_dir() {
            write_template(&mut code, &root, &folder, &template);
        }
    }
    code.push_str("];\npub(super) static INTEGRATIONS: &[Template] = &[\n");
    for folder in folders(&root.join("transforms")) {
        let handler = folder.join("handler.js");
        if handler.is_file() {
            let mut files = Files::new();
            for part in ["handler.js", "env.json", "events", "expected"] {
                collect(&folder.join(part), Path::new(part), &mut files);
            }
            write_entry(&mut code, &folder, "", &Files::new(), &files);
        }
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo runs this");
    let out = Path::new(&out);
    fs::write(out.join("templates.rs"), code).expect("cargo's folder can be written");
}

fn write_template(code: &mut String, root: &Path, folder: &Path, template: &Path) {
    let path = template.join("template.toml");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let manifest: Manifest =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut own, mut copied) = (Files::new(), Files::new());
    collect(template, Path::new(""), &mut own);
    for Copy { from, to } in manifest.copy {
        let source = root.join(&from);
        assert!(
            source.exists(),
            "{}: there is no {}",
            path.display(),
            from.display()
        );
        collect(&source, &to, &mut copied);
    }
    // The template's own files win.
    copied.retain(|to, _| !own.contains_key(to));
    write_entry(code, folder, &manifest.unit_test, &own, &copied);
}

/// Folders in a folder, by name.
fn folders(parent: &Path) -> Vec<PathBuf> {
    println!("cargo:rerun-if-changed={}", parent.display());
    let entries = fs::read_dir(parent).expect("the project's folders can be listed");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the project's folders can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The files at or below `source`, as they will be at or below `to`.
fn collect(source: &Path, to: &Path, files: &mut Files) {
    println!("cargo:rerun-if-changed={}", source.display());
    if !source.is_dir() {
        files.insert(to.to_owned(), source.to_owned());
        return;
    }
    for entry in fs::read_dir(source).expect("the project's folders can be listed") {
        let entry = entry.expect("the project's folders can be listed");
        let name = entry.file_name();
        if LEFT_OUT.iter().all(|left_out| name != *left_out) {
            collect(&entry.path(), &to.join(&name), files);
        }
    }
}

fn write_entry(code: &mut String, folder: &Path, unit_test: &str, own: &Files, copied: &Files) {
    let name = folder.file_name().expect("a listed folder has a name");
    let name = name.to_str().expect("the project's names are UTF-8");
    // Writing to a String can't fail.
    let _ = writeln!(
        code,
        "Template {{ name: {name:?}, unit_test: {unit_test:?}, files: &["
    );
    let own = own.iter().map(|file| (file, true));
    let copied = copied.iter().map(|file| (file, false));
    for ((to, source), has_placeholders) in own.chain(copied) {
        let _ = writeln!(
            code,
            "File {{ path: {to:?}, content: include_bytes!({source:?}), has_placeholders: {has_placeholders} }},"
        );
    }
    code.push_str("] },\n");
}
