//! `Intl.ListFormat`: "a, b, and c".

use crate::number::Resolved;
use crate::options::{Failure, Options, matcher, one_of};
use crate::parts::Parts;

const OWNER: &str = "Intl.ListFormat";
const TYPES: [&str; 3] = ["conjunction", "disjunction", "unit"];
const STYLES: [&str; 3] = ["long", "short", "narrow"];

/// How a list is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListFormat {
    kind: usize,
    style: usize,
}

impl ListFormat {
    /// Reads the options.
    ///
    /// # Errors
    /// A value that an option does not have.
    pub fn new(options: &mut impl Options) -> Result<Self, Failure> {
        matcher(options, OWNER)?;
        Ok(Self {
            kind: one_of(options, OWNER, "type", &TYPES)?.unwrap_or(0),
            style: one_of(options, OWNER, "style", &STYLES)?.unwrap_or(0),
        })
    }

    /// The list in parts.
    #[must_use]
    pub fn format(&self, items: &[String]) -> Parts {
        let (between, pair, last) = match (self.kind, self.style) {
            (0, 0) => (", ", " and ", ", and "),
            (0, 1) => (", ", " & ", ", & "),
            (1, _) => (", ", " or ", ", or "),
            (2, 2) => (" ", " ", " "),
            _ => (", ", ", ", ", "),
        };
        let mut parts = Parts::default();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                parts.push(
                    "literal",
                    match (items.len() - index, items.len()) {
                        (1, 2) => pair,
                        (1, _) => last,
                        _ => between,
                    },
                );
            }
            parts.push("element", item.as_str());
        }
        parts
    }

    /// What `resolvedOptions` tells, without the locale.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        vec![
            ("type", TYPES[self.kind].into()),
            ("style", STYLES[self.style].into()),
        ]
    }
}
