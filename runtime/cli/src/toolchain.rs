//! Which Rust toolchain on this machine builds WebAssembly guests, and how to
//! get one.
//!
//! Looks, and starts `rustc` to ask it; installs nothing.

use crate::build::tool;
use std::env;
use std::path::Path;
use std::process::Command;

/// The target of guests without WASI: nothing is imported but the world.
const UNKNOWN: &str = "wasm32-unknown-unknown";

/// The target whose linker makes components that import WASI 0.2.
const WASIP2: &str = "wasm32-wasip2";

/// Debian's own compiler. It comes with its library's sources, and so needs
/// no downloaded target; rustup's stands before it in the search path.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// How to get a toolchain, one command a line.
pub(super) const ADVICE: &str = "\
with rustup:   rustup target add wasm32-unknown-unknown
on Debian 12:  apt-get install -y --no-install-recommends rustc-web rust-web-src lld-19";

/// A way to build guests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The `rustc` of the search path, which has the target.
    Target(&'static str),
    /// Debian's compiler, which builds the standard library with the guest.
    Debian {
        /// The linker's program name.
        linker: String,
    },
}

impl Toolchain {
    /// The best toolchain for a crate in this folder, whose
    /// `rust-toolchain.toml` counts.
    pub(super) fn find(folder: &Path) -> Option<Self> {
        let target = |name| has_target(folder, name).then_some(Self::Target(name));
        target(UNKNOWN)
            .or_else(|| target(WASIP2))
            .or_else(Self::debian)
    }

    fn debian() -> Option<Self> {
        let sysroot = tool::ask(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))?;
        let sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std");
        if !sources.is_dir() {
            return None;
        }
        Some(Self::Debian {
            linker: wasm_linker()?,
        })
    }

    /// The target's triple.
    pub(super) fn target(&self) -> &'static str {
        match self {
            Self::Target(name) => name,
            Self::Debian { .. } => UNKNOWN,
        }
    }

    /// What it is, for people.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Target(name) => format!("rustc with the target {name}"),
            Self::Debian { linker } => {
                format!("Debian's rustc with its library's sources, and {linker}")
            }
        }
    }

    /// What is compiled once besides the crates themselves, for people.
    pub(super) fn compiled_along(&self) -> &'static str {
        match self {
            Self::Target(_) => "the dependencies",
            Self::Debian { .. } => "Rust's own library",
        }
    }

    /// Makes a cargo command use this toolchain.
    pub(super) fn apply(&self, cargo: &mut Command) {
        cargo.args(["--target", self.target()]);
        if let Self::Debian { linker } = self {
            cargo
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC", DEBIAN_RUSTC)
                // `-Zbuild-std` is for nightly compilers otherwise.
                .env("RUSTC_BOOTSTRAP", "1")
                .env(variable(UNKNOWN, "LINKER"), linker);
        }
        // The default stack of 1 MiB makes every instance's memory 17 pages
        // larger, which costs more than the call. Who sets flags for all
        // targets takes charge of these, too: cargo ignores ours then.
        let flags = variable(self.target(), "RUSTFLAGS");
        let own = env::var(&flags).unwrap_or_default();
        let stack = "-C link-arg=-zstack-size=65536";
        cargo.env(&flags, format!("{own} {stack}").trim_start());
    }
}

/// The variable by which cargo takes a setting for one target.
fn variable(target: &str, setting: &str) -> String {
    let target = target.to_ascii_uppercase().replace('-', "_");
    format!("CARGO_TARGET_{target}_{setting}")
}

fn has_target(folder: &Path, target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    rustc
        .current_dir(folder)
        .args(["--print", "target-libdir", "--target", target]);
    let libraries = tool::ask(&mut rustc).and_then(|path| std::fs::read_dir(path).ok());
    libraries.is_some_and(|mut entries| entries.next().is_some())
}

/// The name of the newest `wasm-ld` in the search path.
fn wasm_linker() -> Option<String> {
    let linker = tool::find_newest("wasm-ld")?;
    Some(linker.file_name()?.to_string_lossy().into_owned())
}
