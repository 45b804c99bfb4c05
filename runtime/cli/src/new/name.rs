//! Which names a transform may have: those that every language's tools take.

use crate::caps::NAME_CHARS_MAX;
use anyhow::bail;

/// Words of Rust and crates that a package can't be named after.
const RESERVED: &str = "abstract alloc as async await become box break build const continue core \
    crate deps do dyn else enum examples extern false final fn for gen hookmill-guest \
    hookmill_guest if impl in incremental let loop macro match mod move mut override priv \
    proc-macro proc_macro pub ref return self serde static std struct super test trait true try \
    type typeof unsafe unsized use virtual where while yield";

/// Checks the name of a new transform.
pub(super) fn check(name: &str) -> anyhow::Result<()> {
    let rule = "a name begins with a lower-case letter and goes on with lower-case letters, \
                digits, `-` and `_`";
    let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(rest) {
        bail!("{name:?} can't be used: {rule}");
    }
    if name.len() > NAME_CHARS_MAX {
        bail!("{name:?} can't be used: a name has at most {NAME_CHARS_MAX} characters");
    }
    if RESERVED.split_whitespace().any(|word| word == name) {
        bail!("{name:?} can't be used: it has a meaning in Rust; add something to it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names_are_those_that_every_tool_takes() {
        for good in ["a", "to-segment", "list_2", &"x".repeat(64)] {
            assert!(check(good).is_ok(), "{good}");
        }
        let bad = [
            "", "A", "2a", "-a", "_a", "a.b", "a b", "é", "a/b", "fn", "test", "core",
        ];
        for bad in bad.into_iter().chain([&*"x".repeat(65)]) {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
