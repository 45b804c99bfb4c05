//! What runs in a child process, because it may panic, hang or eat memory:
//! compiling an untrusted component, opening a store that may be damaged.
//!
//! The parent kills the child at its limits and reads its exit code.

use std::process::ExitCode;

/// Compiles the component on standard input to standard output, within limits
/// that it sets for itself first.
#[must_use]
pub fn compile() -> ExitCode {
    hookmill_sandbox::compile_worker()
}
