//! Puts every sample event of `samples/` into the binary: a table of names and
//! `include_str!`, which `lib.rs` includes. Must not change any file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn main() {
    // As the script runs: its binary may be shared by several checkouts.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let folder = Path::new(&package).join("../../samples/dodo");
    let folder = folder
        .canonicalize()
        .expect("the package is in the project");
    println!("cargo:rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(&folder).expect("the project's folders can be listed");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("the project's folders can be listed").path())
        .collect();
    files.sort();
    let mut code = String::from("static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.file_stem().expect("a listed file has a name");
        // Writing to a String can't fail.
        let _ = writeln!(code, "({name:?}, include_str!({file:?})),");
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo runs this");
    fs::write(Path::new(&out).join("samples.rs"), code).expect("cargo's folder can be written");
}
