//! Which event types an endpoint wants.

use crate::event::check_event_type;
use std::fmt;
use std::str::FromStr;

/// One pattern: an exact type (`payment.succeeded`), all types below a prefix
/// (`payment.*`), or every type (`*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypePattern {
    /// This type and no other.
    Exact(String),
    /// Every type that begins with this text, which ends in a dot.
    Below(String),
    /// Every type.
    Any,
}

/// A text is not an event type pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an event type pattern: write a type (`payment.succeeded`), a prefix (`payment.*`) or `*`"
)]
pub struct ParsePatternError(String);

impl FromStr for TypePattern {
    type Err = ParsePatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = |part: &str| {
            // What can't be a type would never match.
            !part.is_empty() && !part.contains('*') && check_event_type(part).is_ok()
        };
        match text.strip_suffix('*') {
            Some("") => Ok(Self::Any),
            Some(prefix) if prefix.len() > 1 && prefix.ends_with('.') && name(prefix) => {
                Ok(Self::Below(prefix.to_owned()))
            }
            None if name(text) => Ok(Self::Exact(text.to_owned())),
            _ => Err(ParsePatternError(text.to_owned())),
        }
    }
}

impl fmt::Display for TypePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name),
            Self::Below(prefix) => write!(f, "{prefix}*"),
            Self::Any => f.write_str("*"),
        }
    }
}

/// The patterns of an endpoint; a type passes when one of them matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFilter(Vec<TypePattern>);

impl EventFilter {
    /// A filter of these patterns. No pattern at all lets nothing pass.
    #[must_use]
    pub fn new(patterns: Vec<TypePattern>) -> Self {
        Self(patterns)
    }

    /// The patterns.
    #[must_use]
    pub fn patterns(&self) -> &[TypePattern] {
        &self.0
    }

    /// Whether an event of this type passes.
    #[must_use]
    pub fn admits(&self, event_type: &str) -> bool {
        self.0.iter().any(|pattern| match pattern {
            TypePattern::Exact(name) => name == event_type,
            TypePattern::Below(prefix) => event_type.starts_with(prefix.as_str()),
            TypePattern::Any => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_admit_what_they_say() {
        let table = [
            ("payment.succeeded", "payment.succeeded", true),
            ("payment.succeeded", "payment.succeeded.late", false),
            ("payment.*", "payment.succeeded", true),
            ("payment.*", "payment", false),
            ("payment.*", "payments.succeeded", false),
            ("*", "anything", true),
        ];
        for (pattern, event_type, expected) in table {
            let filter = EventFilter::new(vec![pattern.parse().expect(pattern)]);
            assert_eq!(
                filter.admits(event_type),
                expected,
                "{pattern} {event_type}"
            );
        }
        assert!(!EventFilter::new(vec![]).admits("anything"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            ".*",
            "pay*",
            "*.succeeded",
            "pay ment",
            "a.*.b",
            "**",
            "a**",
            "caf\u{e9}",
            "pay\u{a0}ment",
            &"a".repeat(257),
        ] {
            assert!(text.parse::<TypePattern>().is_err(), "{text}");
        }
    }
}
