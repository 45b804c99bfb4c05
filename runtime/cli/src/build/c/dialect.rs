//! Which of the two languages a source is in.

use std::path::Path;

/// C or C++.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    /// C alone.
    C,
    /// C++, which may have C beside it.
    Cpp,
}

impl Dialect {
    /// What a file's extension says; none for what is not a source.
    pub(super) fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "c" => Some(Self::C),
            "cpp" | "cc" | "cxx" => Some(Self::Cpp),
            _ => None,
        }
    }
}
