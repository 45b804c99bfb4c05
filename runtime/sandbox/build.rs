//! Tells the sandbox which wasmtime it is built with.
//!
//! wasmtime itself names only its major version in compiled code, and a patch
//! release may mend a miscompilation: code that 48.0.8 compiled must not be
//! loaded by 48.0.9. Cargo offers no other way to learn the version.

use std::fs;
use std::path::Path;

fn main() {
    // As the script runs: its binary may be shared by several checkouts.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let lock = Path::new(&folder).join("../../Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(&lock).expect("the workspace has a Cargo.lock");
    let version = text
        .split("[[package]]")
        .find(|package| package.contains("\nname = \"wasmtime\"\n"))
        .and_then(|package| package.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .expect("Cargo.lock names wasmtime's version");
    println!("cargo:rustc-env=WASMTIME_VERSION={version}");
}
