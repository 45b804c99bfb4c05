//! The smallest program that compiles for others: what `hookmill
//! compile-worker` does, for this crate's own tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    hookmill_sandbox::compile_worker()
}
