//! Names: what one must look like, and which one was probably meant.

use super::caps::{NAME_CHARS_MAX, NEAREST_EDITS};

/// What a name must look like, as a problem's text.
pub(super) const NAME_RULE: &str =
    "a name has 1 to 64 characters a-z, 0-9, `_` or `-`, and begins with a letter or digit";

/// Whether a text can name a tenant or one of its resources.
pub(super) fn is_name(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= NAME_CHARS_MAX
        && text.bytes().next().is_some_and(inner)
        && text
            .bytes()
            .all(|byte| inner(byte) || b"_-".contains(&byte))
}

/// The candidate that was probably meant.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let close = candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(text, candidate), candidate));
    let allowed = (text.chars().count() / 3).clamp(*NEAREST_EDITS.start(), *NEAREST_EDITS.end());
    close
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_gives_the_limit_as_it_is() {
        assert!(NAME_RULE.contains(&format!("1 to {NAME_CHARS_MAX} characters")));
        assert!(is_name(&"x".repeat(NAME_CHARS_MAX)));
        assert!(!is_name(&"x".repeat(NAME_CHARS_MAX + 1)));
    }
}
