//! Secrets: how one is read, and that it can't be printed by accident.

use crate::caps::SECRET_BYTES_MAX;
use crate::json::without_mark;
use std::fmt;

/// A secret text. `Debug` shows three dots; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text that we made ourselves. What an operator gives is
    /// read by [`Secret::read`].
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Reads a secret as it stands in a variable, a file or wherever else an
    /// operator keeps it; there is no other reader.
    ///
    /// White space around it (the line break at a file's end) and a byte-order
    /// mark do not belong to it. What would be sent and never accepted is
    /// refused here.
    ///
    /// # Errors
    /// [`BadSecret`] says what is wrong with it and nothing of what it is.
    pub fn read(text: &str, intended: SecretUse<'_>) -> Result<Self, BadSecret> {
        let text = without_mark(text).trim();
        check(text)?;
        intended.check(text)?;
        Ok(Self::new(text))
    }

    /// The secret itself. Call it only where it leaves the process towards
    /// its destination, or enters a computation.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"...\"")
    }
}

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretUse<'n> {
    /// The token of `Authorization: Bearer <token>`.
    Bearer,
    /// The user name of `Authorization: Basic`.
    BasicUser,
    /// Its password.
    BasicPassword,
    /// The value of the header with this name.
    Header(&'n str),
    /// A key that signs, or verifies, webhooks.
    Signing,
    /// The operator's key.
    OperatorKey,
    /// An endpoint's URL.
    Url,
}

/// A text can't be the secret that it is meant to be. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// Too long.
    #[error("has more than {SECRET_BYTES_MAX} bytes")]
    TooLong,
    /// Several lines.
    #[error("has more than one line: a secret is one")]
    Lines,
    /// A tab, a NUL, an escape.
    #[error("has a control character in it (a tab, a NUL, a zero-width or another invisible one)")]
    Control,
    /// Quoted, as in a shell or in JSON.
    #[error("stands in quotes: leave them out, here they would be part of it")]
    Quoted,
    /// A variable that nobody put in.
    #[error("is a placeholder that was not filled in (`${{...}}`, `{{{{...}}}}` or `<...>`)")]
    Placeholder,
    /// `Bearer x` where `x` is wanted.
    #[error("begins with `Bearer`: leave the word out, it is added")]
    BearerWord,
    /// `Basic x` where `x` is wanted.
    #[error(
        "begins with `Basic`: give user and password as they are, `basic = {{ user = ..., password = ... }}`"
    )]
    BasicWord,
    /// A header's name stands before it.
    #[error("begins with a header's name: leave the name and its colon out")]
    HeaderName,
    /// A token is one word.
    #[error(
        "has a blank in it, which a token can't have; for another scheme write `header = {{ name = \"authorization\", value = ... }}`"
    )]
    Blank,
    /// A key of another kind.
    #[error(
        "is a signing secret (`whsec_...`): it verifies webhooks and is not to be sent to anybody"
    )]
    SigningSecret,
    /// A header can't hold it.
    #[error("has a character that is not visible ASCII, which a header can't have")]
    NotAscii,
    /// RFC 7617: the first colon ends the user name.
    #[error(
        "has a colon in it, which a user name can't have: what follows it belongs into `password`"
    )]
    Colon,
}

/// What no secret is, whatever it is for.
fn check(text: &str) -> Result<(), BadSecret> {
    if text.is_empty() {
        return Err(BadSecret::Empty);
    }
    if text.len() > SECRET_BYTES_MAX {
        return Err(BadSecret::TooLong);
    }
    if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return Err(BadSecret::Lines);
    }
    let invisible =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    if text.contains(invisible) {
        return Err(BadSecret::Control);
    }
    let quotes = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
    ];
    let in_quotes = |(open, close): (char, char)| {
        let inner = text.strip_prefix(open).map(|rest| rest.ends_with(close));
        inner == Some(true)
    };
    if quotes.into_iter().any(in_quotes) {
        return Err(BadSecret::Quoted);
    }
    let placeholders = [("${", "}"), ("{{", "}}"), ("<", ">")];
    if placeholders
        .into_iter()
        .any(|(open, close)| text.starts_with(open) && text.ends_with(close))
    {
        return Err(BadSecret::Placeholder);
    }
    Ok(())
}

impl SecretUse<'_> {
    fn check(self, text: &str) -> Result<(), BadSecret> {
        match self {
            // Their own parsers say what they must look like.
            Self::Url => return Ok(()),
            Self::Signing => return check_words(text),
            _ => {}
        }
        if text.starts_with("whsec_") {
            return Err(BadSecret::SigningSecret);
        }
        match self {
            Self::Bearer | Self::OperatorKey => {
                check_words(text)?;
                if text.contains(char::is_whitespace) {
                    return Err(BadSecret::Blank);
                }
                check_ascii(text)
            }
            Self::BasicUser => {
                check_words(text)?;
                if text.contains(':') {
                    return Err(BadSecret::Colon);
                }
                Ok(())
            }
            Self::Header(name) => {
                if follows_name(text, name) {
                    return Err(BadSecret::HeaderName);
                }
                check_ascii(text)
            }
            // Whatever a person chose.
            _ => Ok(()),
        }
    }
}

/// The words that belong to the header and not to the secret.
fn check_words(text: &str) -> Result<(), BadSecret> {
    if follows_name(text, "authorization") {
        return Err(BadSecret::HeaderName);
    }
    for (word, problem) in [
        ("bearer", BadSecret::BearerWord),
        ("basic", BadSecret::BasicWord),
    ] {
        let rest = after(text, word);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '\u{a0}'])) {
            return Err(problem);
        }
    }
    Ok(())
}

/// Whether `name:` stands first.
fn follows_name(text: &str, name: &str) -> bool {
    after(text, name).is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// What follows a word, whose case does not matter.
fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

fn check_ascii(text: &str) -> Result<(), BadSecret> {
    let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    visible.then_some(()).ok_or(BadSecret::NotAscii)
}

#[cfg(test)]
mod tests {
    use super::{BadSecret, Secret, SecretUse};

    const EVERY_USE: [SecretUse<'_>; 7] = [
        SecretUse::Bearer,
        SecretUse::BasicUser,
        SecretUse::BasicPassword,
        SecretUse::Header("X-Api-Key"),
        SecretUse::Signing,
        SecretUse::OperatorKey,
        SecretUse::Url,
    ];

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        assert_eq!(format!("{:?}", Secret::new("whsec_abc")), "\"...\"");
    }

    #[test]
    fn white_space_around_it_is_left_out_for_every_use() {
        for intended in EVERY_USE {
            for text in [
                "key",
                "key\n",
                "key\r\n\r\n",
                " key\t",
                "\u{feff}key",
                "\u{a0}key ",
            ] {
                let read = Secret::read(text, intended).expect(text);
                assert_eq!(read.expose(), "key", "{text:?} {intended:?}");
            }
        }
    }

    #[test]
    fn what_no_secret_is_is_refused_for_every_use() {
        let long = "a".repeat((64 << 10) + 1);
        for (text, problem) in [
            ("", BadSecret::Empty),
            (" \r\n", BadSecret::Empty),
            ("a\nb", BadSecret::Lines),
            ("a\r\nX-Evil: 1", BadSecret::Lines),
            ("a\tb", BadSecret::Control),
            ("a\0b", BadSecret::Control),
            ("a\u{200b}b", BadSecret::Control),
            ("\"a\"", BadSecret::Quoted),
            ("'a'", BadSecret::Quoted),
            ("`a`\n", BadSecret::Quoted),
            ("\u{201c}a\u{201d}", BadSecret::Quoted),
            ("${KEY}", BadSecret::Placeholder),
            ("{{ key }}", BadSecret::Placeholder),
            ("<your-key>", BadSecret::Placeholder),
            (&long, BadSecret::TooLong),
        ] {
            for intended in EVERY_USE {
                assert_eq!(Secret::read(text, intended), Err(problem), "{intended:?}");
            }
        }
    }

    #[test]
    fn words_that_are_added_are_refused() {
        use BadSecret as Bad;
        let header = SecretUse::Header("X-Api-Key");
        for (text, intended, problem) in [
            ("Bearer abc", SecretUse::Bearer, Bad::BearerWord),
            ("bearer: abc", SecretUse::Bearer, Bad::BearerWord),
            ("BEARER", SecretUse::OperatorKey, Bad::BearerWord),
            (
                "Authorization: Bearer a",
                SecretUse::Bearer,
                Bad::HeaderName,
            ),
            ("Basic YTpi", SecretUse::Bearer, Bad::BasicWord),
            ("Basic YTpi", SecretUse::BasicUser, Bad::BasicWord),
            ("Bearer whsec_YTpi", SecretUse::Signing, Bad::BearerWord),
            ("Token abc", SecretUse::Bearer, Bad::Blank),
            ("a b", SecretUse::OperatorKey, Bad::Blank),
            ("caf\u{e9}", SecretUse::Bearer, Bad::NotAscii),
            ("caf\u{e9}", header, Bad::NotAscii),
            ("x-api-key: abc", header, Bad::HeaderName),
            ("user:password", SecretUse::BasicUser, Bad::Colon),
            ("whsec_YTpi", SecretUse::Bearer, Bad::SigningSecret),
            ("whsec_YTpi", SecretUse::BasicPassword, Bad::SigningSecret),
            ("whsec_YTpi", header, Bad::SigningSecret),
            ("whsec_YTpi", SecretUse::OperatorKey, Bad::SigningSecret),
        ] {
            assert_eq!(Secret::read(text, intended), Err(problem), "{text}");
        }
    }

    #[test]
    fn secrets_that_only_look_odd_are_taken() {
        for (text, intended) in [
            ("1|bearer-abc==", SecretUse::Bearer),
            ("bearertoken", SecretUse::Bearer),
            ("basic_key", SecretUse::BasicUser),
            ("open sesame: \u{e9} \"x\"", SecretUse::BasicPassword),
            ("Token abc", SecretUse::Header("authorization")),
            ("\"half", SecretUse::Header("x-key")),
            ("whsec_YTpi", SecretUse::Signing),
            ("https://a.test/?a=<b>", SecretUse::Url),
        ] {
            let read = Secret::read(text, intended).expect(text);
            assert_eq!(read.expose(), text);
        }
    }
}
