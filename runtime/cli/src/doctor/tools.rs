//! The tools that build guests. JavaScript needs none, so a missing one is a
//! warning at most.

use super::check::Check;
use crate::build::{Missing, assemblyscript, c, go, python, zig};
use crate::toolchain::{ADVICE, Toolchain};
use std::path::Path;
use std::process::{Command, Stdio};

/// All checks of tools.
pub(super) fn checks() -> Vec<Check> {
    vec![
        rust(),
        cargo(),
        compiler("C transforms", c::Dialect::C),
        compiler("C++ transforms", c::Dialect::Cpp),
        optional(
            "AssemblyScript transforms",
            "asc",
            assemblyscript::find(Path::new(".")),
        ),
        optional("Go transforms", "go", go::find()),
        optional("Python transforms", "componentize-py", python::find()),
        optional("Zig transforms", "zig", zig::find()),
    ]
}

fn compiler(what: &'static str, dialect: c::Dialect) -> Check {
    let found = c::Toolchain::find(dialect);
    let description = found.as_ref().map_or(String::new(), ToString::to_string);
    optional(what, &description, found)
}

fn optional<T>(what: &'static str, description: &str, found: Result<T, Missing>) -> Check {
    match found {
        Ok(_) => Check::ok(what, description),
        Err(missing) => Check::warn(what, missing.problem, &missing.advice),
    }
}

fn rust() -> Check {
    match Toolchain::find(Path::new(".")) {
        Some(found) => Check::ok("Rust transforms", found.describe()),
        None => Check::warn(
            "Rust transforms",
            "no toolchain here builds WebAssembly",
            ADVICE,
        ),
    }
}

fn cargo() -> Check {
    let found = Command::new("cargo")
        .arg("--version")
        .stderr(Stdio::null())
        .output();
    match found {
        Ok(output) if output.status.success() => Check::ok(
            "cargo",
            String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        ),
        _ => Check::warn(
            "cargo",
            "not found",
            "`hookmill build` needs it for Rust crates: install Rust with rustup or your system's packages",
        ),
    }
}
