//! A text in parts, as `formatToParts` and `formatRangeToParts` give it.

/// Which end of a range a part belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The start of the range.
    Start,
    /// Both, and everything outside of ranges.
    Shared,
    /// The end of the range.
    End,
}

impl Source {
    /// The name that JavaScript knows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "startRange",
            Self::Shared => "shared",
            Self::End => "endRange",
        }
    }
}

/// One part; neighbours of the same kind are told apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Such as `integer` or `literal`.
    pub kind: &'static str,
    /// Its text, never empty.
    pub text: String,
    /// Whose it is.
    pub source: Source,
}

/// A growing text in parts.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Parts(pub Vec<Part>);

impl Parts {
    /// Adds a part, unless it is empty.
    pub fn push(&mut self, kind: &'static str, text: impl Into<String>) {
        self.push_from(kind, text, Source::Shared);
    }

    pub(crate) fn push_from(
        &mut self,
        kind: &'static str,
        text: impl Into<String>,
        source: Source,
    ) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if kind == "literal"
            && let Some(last) = self.0.last_mut()
            && last.kind == kind
            && last.source == source
        {
            last.text.push_str(&text);
            return;
        }
        self.0.push(Part { kind, text, source });
    }

    /// Adds a text in which blanks at its ends are literals.
    pub(crate) fn push_framed(&mut self, kind: &'static str, text: &str) {
        let blank = |c: char| c == ' ' || c == '\u{a0}';
        let inner = text.trim_matches(blank);
        let start = text.len() - text.trim_start_matches(blank).len();
        self.push("literal", &text[..start]);
        self.push(kind, inner);
        self.push("literal", &text[start + inner.len()..]);
    }

    /// The whole text.
    #[must_use]
    pub fn join(&self) -> String {
        let mut text = String::with_capacity(self.0.iter().map(|part| part.text.len()).sum());
        for part in &self.0 {
            text.push_str(&part.text);
        }
        text
    }
}
