//! A problem in the configuration, and the list of all that were found.
//!
//! The texts name the position, the key and what to do. They must never hold a
//! secret's value: only names of variables and files.

use super::position::Position;
use std::fmt;
use std::path::Path;

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) origin: Origin,
    /// The full key, such as `tenants.acme.sources.dodo.path`; empty when the
    /// problem belongs to no key.
    pub(super) key: String,
    pub(super) message: String,
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// A flag or an environment variable, by name.
    Outside(String),
    /// The file.
    File {
        /// The file, as the user named it.
        file: String,
        /// Where in it; none for the file as a whole.
        position: Option<Position>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Outside(name) => write!(f, "{name}: ")?,
            Origin::File {
                file,
                position: None,
            } => write!(f, "{file}: ")?,
            Origin::File {
                file,
                position: Some(Position { line, column }),
            } => write!(f, "{file}:{line}:{column}: ")?,
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// All problems of a configuration, by line; never empty. Nothing of such a
/// configuration is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Nothing when there are no problems.
    ///
    /// # Errors
    /// The problems, in the order in which a reader of the file meets them.
    pub(super) fn check(mut problems: Vec<Problem>) -> Result<(), Self> {
        problems.sort_by(|a, b| a.origin.cmp(&b.origin));
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self(problems))
        }
    }

    /// The one problem that a file as a whole is.
    pub(super) fn of_file(file: &Path, message: String) -> Self {
        Self(vec![Problem {
            origin: Origin::File {
                file: file.display().to_string(),
                position: None,
            },
            key: String::new(),
            message,
        }])
    }

    /// The problems, each to be shown on a line of its own.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
