//! A transform's bytes and kind, made a program of the sandbox: for declared
//! files, uploads and the command line alike.

use crate::declared::{DeclaredTransform, TransformKind};
use hookmill_sandbox::{LoadError, Program, Sandbox, Source};

/// Loads what was read of a declared file. Blocks as [`load`] does.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub(crate) fn load_file(
    sandbox: &Sandbox,
    transform: &DeclaredTransform,
    bytes: &[u8],
) -> Result<Program, LoadError> {
    let name = transform.file.to_string_lossy();
    load(sandbox, &name, transform.kind, bytes)
}

/// Loads a program; `name` stands in messages about it. Blocks for as long as
/// compiling takes.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub(crate) fn load(
    sandbox: &Sandbox,
    name: &str,
    kind: TransformKind,
    bytes: &[u8],
) -> Result<Program, LoadError> {
    let text = || {
        str::from_utf8(bytes).map_err(|error| LoadError::SyntaxError {
            name: name.to_owned(),
            message: format!("the file is not UTF-8: {error}"),
            position: None,
            excerpt: None,
        })
    };
    let source = match kind {
        TransformKind::Component => Source::Component { name, wasm: bytes },
        TransformKind::JavaScript => Source::JavaScript {
            name,
            text: text()?,
        },
        TransformKind::TypeScript => Source::TypeScript {
            name,
            text: text()?,
        },
    };
    sandbox.load(source)
}
