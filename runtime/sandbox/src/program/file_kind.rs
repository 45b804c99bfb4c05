//! What kind of file some bytes are, by how they begin.
//!
//! People upload the wrong file all the time; to be told what it is saves them
//! the search. Nothing is decided by it: a file is refused before it is looked
//! at here.

use crate::caps::FILE_KIND_BYTES_MAX;
use wasmparser::{Encoding, Parser, Payload};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileKind {
    /// A core module.
    #[error("a core WebAssembly module, not a component: run `hookmill build` on it")]
    CoreModule,
    /// A component, where JavaScript was expected.
    #[error("a WebAssembly component, not JavaScript: name the file `.wasm`")]
    Component,
    /// Text.
    #[error(
        "WebAssembly text, not a binary component: run `wasm-tools parse` on it, then `hookmill build`"
    )]
    WebAssemblyText,
    /// Machine code that a WebAssembly runtime compiled.
    #[error(
        "a precompiled artifact, which is never accepted: upload the component that it was compiled from"
    )]
    Precompiled,
    /// Files packed into one, or a file made smaller; the format's name.
    #[error("a {0} archive: unpack it, and give the file that is in it")]
    Archive(&'static str),
    /// A program, library or object file; the format's name.
    #[error("machine code ({0}), not WebAssembly: build it for a WebAssembly target")]
    Machine(&'static str),
    /// Something to read; the format's name.
    #[error("{0}, not a transform: was the right file, or the right address, given?")]
    Document(&'static str),
    /// Program text.
    #[error("JavaScript source, not a component: name the file `.js`")]
    JavaScript,
    /// Other text.
    #[error("text, not WebAssembly: expected a component")]
    Text,
    /// Nothing.
    #[error("empty: expected a WebAssembly component")]
    Empty,
    /// Something else.
    #[error("not WebAssembly: expected a component, which begins with the bytes `00 61 73 6d`")]
    Unknown,
}

/// Formats that are known by their first bytes.
const MAGIC: [(&[u8], FileKind); 13] = [
    (b"PK\x03\x04", FileKind::Archive("zip")),
    (b"PK\x05\x06", FileKind::Archive("zip")),
    (b"\x1f\x8b", FileKind::Archive("gzip")),
    (b"BZh", FileKind::Archive("bzip2")),
    (b"\xfd7zXZ\0", FileKind::Archive("xz")),
    (b"\x28\xb5\x2f\xfd", FileKind::Archive("zstd")),
    (b"7z\xbc\xaf\x27\x1c", FileKind::Archive("7z")),
    (b"!<arch>\n", FileKind::Machine("a static library")),
    (b"\x7fELF", FileKind::Machine("ELF")),
    (b"MZ", FileKind::Machine("a Windows program")),
    (b"\xcf\xfa\xed\xfe", FileKind::Machine("Mach-O")),
    (b"BC\xc0\xde", FileKind::Machine("LLVM bitcode")),
    (b"%PDF-", FileKind::Document("a PDF document")),
];

/// Where a tar archive says that it is one, and how.
const TAR: (usize, &[u8]) = (257, b"ustar");

impl FileKind {
    /// The kind that these bytes are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let begins = |(magic, kind): &(&[u8], Self)| bytes.starts_with(magic).then_some(*kind);
        if bytes.is_empty() {
            Self::Empty
        } else if let Some(kind) = Self::of_webassembly(bytes) {
            kind
        } else if let Some(kind) = MAGIC.iter().find_map(begins) {
            kind
        } else if bytes
            .get(TAR.0..)
            .is_some_and(|rest| rest.starts_with(TAR.1))
        {
            Self::Archive("tar")
        } else {
            Self::of_text(&bytes[..bytes.len().min(FILE_KIND_BYTES_MAX)])
        }
    }

    fn of_webassembly(bytes: &[u8]) -> Option<Self> {
        if wasmtime::Engine::detect_precompiled(bytes).is_some() {
            return Some(Self::Precompiled);
        }
        match Parser::new(0).parse_all(bytes).next() {
            Some(Ok(Payload::Version { encoding, .. })) => Some(match encoding {
                Encoding::Module => Self::CoreModule,
                Encoding::Component => Self::Component,
            }),
            _ => None,
        }
    }

    fn of_text(bytes: &[u8]) -> Self {
        // The cut may be within a character.
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return Self::Unknown,
        };
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let lower = text.get(..15).unwrap_or(text).to_ascii_lowercase();
        if text.is_empty() || text.contains('\0') {
            Self::Unknown
        } else if ["(component", "(module", ";;"]
            .iter()
            .any(|start| text.starts_with(start))
        {
            Self::WebAssemblyText
        } else if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
            Self::Document("an HTML page")
        } else if text.contains("handler") && text.contains(['{', ';']) {
            Self::JavaScript
        } else {
            Self::Text
        }
    }
}
