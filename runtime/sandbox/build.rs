//! Tells the sandbox which wasmtime, and which TypeScript parser, it is built
//! with, and assembles the shim for WASI 0.1.
//!
//! wasmtime itself names only its major version in compiled code, and a patch
//! release may mend a miscompilation: code that 48.0.8 compiled must not be
//! loaded by 48.0.9. TypeScript whose types were stripped depends on its parser
//! as much. Cargo offers no other way to learn the versions.

use std::fs;
use std::path::Path;

fn main() {
    // As the script runs: its binary may be shared by several checkouts.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let lock = Path::new(&folder).join("../../Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(&lock).expect("the workspace has a Cargo.lock");
    let wasmtime = version(&text, "wasmtime");
    println!("cargo:rustc-env=WASMTIME_VERSION={wasmtime}");
    let stripper = version(&text, "swc_ts_fast_strip");
    let parser = version(&text, "swc_ecma_parser");
    println!("cargo:rustc-env=TYPE_STRIPPER_VERSION={stripper} {parser}");
    assemble(&Path::new(&folder).join("src/wasi/wasi_0_1/shim.wat"));
}

fn assemble(source: &Path) {
    println!("cargo:rerun-if-changed={}", source.display());
    let module = wat::parse_file(source).unwrap_or_else(|error| panic!("{error}"));
    let out = std::env::var_os("OUT_DIR").expect("cargo runs this");
    fs::write(Path::new(&out).join("wasi_0_1.wasm"), module)
        .expect("cargo's folder can be written");
}

fn version<'a>(lock: &'a str, name: &str) -> &'a str {
    lock.split("[[package]]")
        .find(|package| package.contains(&format!("\nname = \"{name}\"\n")))
        .and_then(|package| package.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("Cargo.lock names the version of {name}"))
}
