//! The environment as something that can be looked up, so that tests have one
//! of their own.

use std::env::VarError;

/// Looks up an environment variable, as [`std::env::var`] does.
pub type Environment<'e> = &'e dyn Fn(&str) -> Result<String, VarError>;

/// The process's own environment, to be passed to [`load`](crate::load).
///
/// # Errors
/// As [`std::env::var`].
pub fn process_environment(name: &str) -> Result<String, VarError> {
    std::env::var(name)
}
