//! Variables that a transform sees: which names they can have.
//!
//! One rule for the configuration, `env.json` and the command line. Components
//! see them as a process's environment, which a name must fit.

use crate::caps::{NAME_SHOWN_CHARS_MAX, VARIABLE_NAME_BYTES_MAX};

/// A text can't name a variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} can't be a variable's name: a name has 1 to {VARIABLE_NAME_BYTES_MAX} bytes and neither blanks, control characters nor `=`"
)]
pub struct BadVariableName(String);

/// Checks a variable's name.
///
/// # Errors
/// [`BadVariableName`].
pub fn check_variable_name(name: &str) -> Result<(), BadVariableName> {
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || c == '=' || c == '\u{feff}';
    if name.is_empty() || name.len() > VARIABLE_NAME_BYTES_MAX || name.contains(is_odd) {
        return Err(BadVariableName(
            name.chars().take(NAME_SHOWN_CHARS_MAX).collect(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_variable_name;

    #[test]
    fn names_fit_an_environment() {
        for name in ["A", "GROUP_ID", "group.id", "\u{e9}", &"a".repeat(256)] {
            assert!(check_variable_name(name).is_ok(), "{name}");
        }
        for name in ["", "A=B", "=", "A B", " A", "A\n", "A\0", &"a".repeat(257)] {
            assert!(check_variable_name(name).is_err(), "{name:?}");
        }
    }
}
