//! Content codings (RFC 9110, section 8.4): what a body was compressed with,
//! and how it is read, within a bound.
//!
//! Bodies come from strangers, and a few bytes can stand for gigabytes. So each
//! coding has the same limit for what comes out of it, and nothing is decoded
//! beyond it. Pure; blocks for as long as decoding takes, which grows with the
//! limit and with the body. Must not read what it does not know: an unknown
//! coding is an error and never passed over.

mod kind;
mod stage;

#[cfg(test)]
mod tests;

pub use kind::Coding;

use crate::caps::{CODING_GROWTH_BYTES_MAX, CODINGS_MAX, TOKEN_SHOWN_CHARS_MAX};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use stage::{End, Stage};
use std::fmt;

/// The codings that are decoded, as `accept-encoding` has them.
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// A body has a coding that is not decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedCoding {
    /// The coding is unknown. Cut to 40 visible characters.
    #[error(
        "the `content-encoding` `{0}` is not one that is decoded: send {ACCEPTED}, or the body as it is"
    )]
    Unknown(String),
    /// There are too many.
    #[error("there are more than {CODINGS_MAX} codings in `content-encoding`")]
    TooMany,
}

/// A body can't be decoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// What comes out is larger than the limit, in bytes.
    #[error("the decoded body is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The body is not what its coding says.
    #[error("the body is not valid {coding}: {problem}")]
    Malformed {
        /// Which coding.
        coding: Coding,
        /// What is wrong with it. Repeats nothing of the body.
        problem: String,
    },
    /// The decoder broke down on it.
    #[error("the body can't be decoded")]
    Panicked,
}

/// The codings of a body, in the order in which they were applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codings(Vec<Coding>);

/// The beginning of a decoded body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// As much as could be decoded, within the limit.
    pub bytes: Vec<u8>,
    /// Why there is no more; none when this is all of the body.
    pub end: Option<DecodeError>,
}

impl Codings {
    /// The codings that a message's header fields state. `identity` is none.
    ///
    /// # Errors
    /// [`UnsupportedCoding`]: unknown, or too many.
    pub fn of(headers: &HeaderMap) -> Result<Self, UnsupportedCoding> {
        let mut codings = Vec::new();
        for value in headers.get_all(CONTENT_ENCODING) {
            let Ok(value) = std::str::from_utf8(value.as_bytes()) else {
                return Err(unknown(&String::from_utf8_lossy(value.as_bytes())));
            };
            // An empty element of a list stands for nothing (RFC 9110, 5.6.1).
            let tokens = value
                .split(',')
                .map(|token| token.trim_matches([' ', '\t']));
            for token in tokens.filter(|token| !token.is_empty()) {
                if token.eq_ignore_ascii_case("identity") {
                    continue;
                }
                codings.push(Coding::from_token(token).ok_or_else(|| unknown(token))?);
                if codings.len() > CODINGS_MAX {
                    return Err(UnsupportedCoding::TooMany);
                }
            }
        }
        Ok(Self(codings))
    }

    /// Whether the body is as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Decodes a body of which at most `bytes_max` bytes may come out. Nothing
    /// is nothing in every coding.
    ///
    /// # Errors
    /// See [`DecodeError`]. A body that ends early or goes on after its end is
    /// malformed; what follows a gzip member or a zstd frame is another one.
    pub fn decode(&self, body: Bytes, bytes_max: usize) -> Result<Bytes, DecodeError> {
        if self.is_empty() || body.is_empty() {
            return Ok(body);
        }
        let Beginning { bytes, end } = self.decode_beginning(&body, bytes_max);
        end.map_or(Ok(Bytes::from(bytes)), Err)
    }

    /// Decodes as much of a body as there is of it and as may come out.
    #[must_use]
    pub fn decode_beginning(&self, body: &[u8], bytes_max: usize) -> Beginning {
        let mut bytes = Vec::new();
        let mut end = None;
        for (index, coding) in self.0.iter().enumerate().rev() {
            let from = if index + 1 == self.0.len() {
                body
            } else {
                &bytes
            };
            let stage_max = match index {
                0 => bytes_max,
                _ => bytes_max.saturating_add(CODING_GROWTH_BYTES_MAX),
            };
            let stage = stage::decode(*coding, from, stage_max);
            // The outermost coding's trouble is the reason for what follows.
            end = end.or_else(|| error(*coding, &stage, bytes_max));
            bytes = stage.bytes;
        }
        Beginning { bytes, end }
    }
}

impl fmt::Display for Codings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, coding) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{coding}")?;
        }
        Ok(())
    }
}

fn unknown(token: &str) -> UnsupportedCoding {
    let visible = |character: char| match character {
        ' '..='~' => character,
        _ => '?',
    };
    UnsupportedCoding::Unknown(
        token
            .chars()
            .take(TOKEN_SHOWN_CHARS_MAX)
            .map(visible)
            .collect(),
    )
}

fn error(coding: Coding, stage: &Stage, bytes_max: usize) -> Option<DecodeError> {
    let problem = match &stage.end {
        End::Complete => return None,
        End::Full => return Some(DecodeError::TooLarge { bytes_max }),
        End::BrokenOff => "it breaks off before its end".to_owned(),
        End::Malformed(problem) => problem.clone(),
        End::Trailing(bytes) => format!("{bytes} bytes follow after its end"),
    };
    Some(DecodeError::Malformed { coding, problem })
}
