//! An error and its causes as one line, for people.

use std::error::Error;

/// An error and its causes in one line. A cause that the error before it has
/// told already is left out: libraries disagree about who tells it.
#[must_use]
pub fn in_one_line(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let cause = error.to_string();
        if !text.ends_with(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
        next = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_one_line;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Cause(&'static str, #[source] Option<Box<Self>>);

    #[test]
    fn a_cause_is_told_once() {
        let none = || Cause("no such file", None);
        let over = |text, cause| Cause(text, Some(Box::new(cause)));
        assert_eq!(in_one_line(&none()), "no such file");
        let line = "a.js can't be read: no such file";
        assert_eq!(in_one_line(&over("a.js can't be read", none())), line);
        let told = over("push", over(line, none()));
        assert_eq!(in_one_line(&told), format!("push: {line}"));
    }
}
