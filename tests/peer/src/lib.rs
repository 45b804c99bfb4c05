//! What a test does when a peer that it needs (a compiler, another language, a
//! library of others) is not there.
//!
//! On a developer's machine such a test says so and passes. In CI everything
//! that tests need must have been installed, so there it fails: a test that
//! passes without having run proves nothing. Must not install or look for
//! anything itself.

use std::fmt::Display;

/// Says that a test is left out because `what` is not there.
///
/// # Panics
/// In CI, which is where the variable `CI` is set to anything but nothing, `0`
/// or `false`.
pub fn missing(what: impl Display) {
    let what = what.to_string();
    let what = what.trim_end();
    assert!(
        !in_ci(),
        "a peer is missing, which must not be in CI: {what}"
    );
    println!("skipped: {what}");
}

/// Whether this is CI.
fn in_ci() -> bool {
    let value = std::env::var_os("CI").unwrap_or_default();
    !["", "0", "false"].iter().any(|no| value == *no)
}
