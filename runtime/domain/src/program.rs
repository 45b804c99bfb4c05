//! What a program is, wherever it is held: its kind, and the digest of its bytes.
//!
//! Must not load one, nor open files.

use crate::caps::{COMPONENT_BYTES_MAX, SOURCE_BYTES_MAX};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

/// The kinds of program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgramKind {
    /// JavaScript source with a `handler`.
    JavaScript,
    /// TypeScript source with a `handler`; its types are removed.
    TypeScript,
    /// A WebAssembly component of the world `hookmill:transform`.
    Component,
}

impl ProgramKind {
    /// The kind of a file with this extension (without the dot): `js` and
    /// `mjs` are JavaScript, `ts` and `mts` TypeScript, `wasm` is a component.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "js" | "mjs" => Some(Self::JavaScript),
            "ts" | "mts" => Some(Self::TypeScript),
            "wasm" => Some(Self::Component),
            _ => None,
        }
    }

    /// The kind of a body of this media type, in small letters and without
    /// parameters.
    #[must_use]
    pub fn from_media_type(name: &str) -> Option<Self> {
        match name {
            "application/wasm" => Some(Self::Component),
            "text/javascript" | "application/javascript" => Some(Self::JavaScript),
            "text/typescript" | "application/typescript" => Some(Self::TypeScript),
            _ => None,
        }
    }

    /// What the name of a file of this kind ends in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::JavaScript => "js",
            Self::TypeScript => "ts",
            Self::Component => "wasm",
        }
    }

    /// The stable word for it, which is also what is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Component => "component",
        }
    }

    /// What a file without a known extension should rather be.
    #[must_use]
    pub fn expected(extension: Option<&str>) -> String {
        let hint = match extension {
            Some("jsx" | "tsx") => " (JSX is not supported: write plain objects and texts)",
            Some("cjs" | "cts") => " (CommonJS is not supported: export the `handler`)",
            Some("wat") => " (assemble it to a .wasm component first)",
            _ => "",
        };
        format!(
            "a transform's file ends in .js or .mjs (JavaScript), .ts or .mts (TypeScript) or .wasm (component){hint}"
        )
    }

    /// Bytes that a file of this kind may have.
    #[must_use]
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::JavaScript | Self::TypeScript => SOURCE_BYTES_MAX,
            Self::Component => COMPONENT_BYTES_MAX,
        }
    }

    /// Reads a file of this kind, which the caller has opened.
    ///
    /// # Errors
    /// [`UnreadableFile`]; of one that is too large no more is read than tells.
    pub fn read(self, file: impl Read) -> Result<Bytes, UnreadableFile> {
        let bytes_max = self.bytes_max();
        let mut bytes = Vec::new();
        file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > bytes_max {
            return Err(UnreadableFile::TooLarge { bytes_max });
        }
        if self != Self::Component {
            std::str::from_utf8(&bytes)?;
        }
        Ok(bytes.into())
    }
}

/// A program's file can't be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableFile {
    /// The system says so.
    #[error("can't be read: {0}")]
    Io(#[from] io::Error),
    /// It is too large.
    #[error("is larger than {bytes_max} bytes, the most for its kind")]
    TooLarge {
        /// What it may have.
        bytes_max: usize,
    },
    /// It is a source, and not a text.
    #[error("is not UTF-8: {0}")]
    NotUtf8(#[from] std::str::Utf8Error),
}

/// The SHA-256 digest of a program's bytes. As text, and as a file's name, 64
/// hexadecimal digits in small letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProgramDigest([u8; 32]);

impl ProgramDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(program: &[u8]) -> Self {
        Self(Sha256::digest(program).into())
    }

    /// The digest itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ProgramDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ProgramDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not a program's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits, in small letters")]
pub struct ParseDigestError;

impl FromStr for ProgramDigest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        let is_small = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) if is_small => Ok(Self(bytes)),
            _ => Err(ParseDigestError),
        }
    }
}

impl TryFrom<String> for ProgramDigest {
    type Error = ParseDigestError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ProgramDigest> for String {
    fn from(digest: ProgramDigest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{ProgramDigest, ProgramKind};

    #[test]
    fn a_digest_is_read_as_it_is_written_and_not_otherwise() {
        let digest = ProgramDigest::of(b"abc");
        let text = digest.to_string();
        assert_eq!(
            text,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(text.parse(), Ok(digest));
        for wrong in [
            "",
            &text[1..],
            &text.to_uppercase(),
            &format!("{text}0"),
            &format!("../{}", &text[3..]),
        ] {
            assert!(wrong.parse::<ProgramDigest>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_kind_is_stored_under_its_word() {
        for kind in [
            ProgramKind::JavaScript,
            ProgramKind::TypeScript,
            ProgramKind::Component,
        ] {
            let stored = serde_json::to_string(&kind).expect("a text");
            assert_eq!(stored, format!("\"{}\"", kind.as_str()));
            assert_eq!(ProgramKind::from_extension(kind.extension()), Some(kind));
        }
    }
}
