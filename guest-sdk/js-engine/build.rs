//! Passes the memory layout to the linker.
//!
//! The stack lies below everything else, so that overflowing it traps instead
//! of overwriting data; see README.md for the reasons behind its size.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-cdylib=-zstack-size=294912");
    println!("cargo::rustc-link-arg-cdylib=--stack-first");
}
