//! The smallest program that compiles for others: what `hookmill
//! compile-worker` does, for this crate's own tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(2).as_deref() {
        Some("--strip-types") => hookmill_sandbox::strip_types_worker(),
        _ => hookmill_sandbox::compile_worker(),
    }
}
