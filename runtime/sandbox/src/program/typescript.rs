//! From TypeScript to JavaScript: types become blanks, so that every line and
//! column stays what the author sees.
//!
//! What has a meaning at run time can't be blanked and is refused with what to
//! write instead. Nothing is checked: types are the author's business.
//!
//! The parser has no bound on time, memory or depth. For sources that are not
//! this process's own it runs in a child, see [`strip_in`].

use crate::caps::{ChildLimits, PARSER_STACK_BYTES};
use crate::child::{self, Answer, Failure, Task};
use crate::config::Compile;
use crate::program::compile::CompileError;
use hookmill_domain::fault::Position;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use swc_common::SourceMap;
use swc_common::errors::{DiagnosticBuilder, Emitter, Handler};
use swc_common::sync::Lrc;
use swc_ts_fast_strip::{Options, operate};

/// The versions that the result depends on; part of the cache's key.
pub(crate) const STRIPPER_VERSION: &str = env!("TYPE_STRIPPER_VERSION");

/// A source is not TypeScript whose types can be stripped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StripError {
    pub(crate) line: u32,
    /// In UTF-16 code units.
    pub(crate) column: u32,
    pub(crate) message: String,
}

impl StripError {
    pub(crate) fn position(&self) -> Position {
        Position {
            line: self.line,
            column: self.column,
        }
    }
}

/// Strips the types in this process or in a child that can be killed.
///
/// # Errors
/// The outer one is about limits or about us, the inner one about the source.
pub(crate) fn strip_in(
    how: &Compile,
    text: &str,
) -> Result<Result<String, StripError>, CompileError> {
    let Compile::Child { exe } = how else {
        return strip(text).map_err(CompileError::Ours);
    };
    let answer = child::run(
        exe,
        Task::StripTypes,
        text.as_bytes(),
        &ChildLimits::TYPESCRIPT,
    );
    let answer = answer.map_err(|failure| match failure {
        Failure::Breach(breach) => CompileError::Breach(breach),
        failure => CompileError::Ours(failure.to_string()),
    })?;
    serde_json::from_slice(&answer).map_err(|error| {
        CompileError::Ours(format!(
            "the TypeScript parser's answer can't be read: {error}"
        ))
    })
}

/// The child's side of it: what [`strip_in`] reads.
pub(crate) fn perform(source: &[u8]) -> Answer {
    let answer = || {
        let text = str::from_utf8(source).map_err(|error| error.to_string())?;
        serde_json::to_vec(&strip(text)?).map_err(|error| error.to_string())
    };
    match answer() {
        Ok(answer) => Answer::Result(answer),
        Err(why) => Answer::Refused(why.into_bytes()),
    }
}

/// Strips the types in this process, on a thread with enough stack for any
/// honest source.
pub(crate) fn strip(text: &str) -> Result<Result<String, StripError>, String> {
    thread::scope(|scope| {
        thread::Builder::new()
            .name("typescript".into())
            .stack_size(PARSER_STACK_BYTES)
            .spawn_scoped(scope, || strip_here(text))
            .map_err(|error| format!("can't start a thread: {error}"))?
            .join()
            .map_err(|_| "the TypeScript parser failed on it: please report it".to_owned())
    })
}

fn strip_here(text: &str) -> Result<String, StripError> {
    // Editors don't show a byte order mark and don't count it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let diagnostics = Diagnostics::default();
    let handler = Handler::with_emitter(false, false, Box::new(diagnostics.clone()));
    let map = Lrc::new(SourceMap::default());
    match operate(&map, &handler, text.to_owned(), Options::default()) {
        Ok(output) => Ok(output.code),
        Err(error) => Err(diagnostics.first(text, &error.message)),
    }
}

/// Collects what the parser complains about: where, and what.
#[derive(Clone, Default)]
struct Diagnostics(Arc<Mutex<Vec<(usize, String)>>>);

/// The parser's address of a source's first byte.
const FIRST_BYTE: usize = 1;

impl Emitter for Diagnostics {
    fn emit(&mut self, diagnostic: &mut DiagnosticBuilder<'_>) {
        let span = diagnostic.span.primary_span().unwrap_or_default();
        let offset = (span.lo.0 as usize).saturating_sub(FIRST_BYTE);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((offset, diagnostic.message()));
    }
}

impl Diagnostics {
    fn first(&self, text: &str, otherwise: &str) -> StripError {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (offset, message) = all
            .iter()
            .min_by_key(|(offset, _)| *offset)
            .map_or((0, otherwise), |(offset, message)| (*offset, message));
        let before = &text[..text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        StripError {
            line: count(before.matches('\n').count()),
            column: count(before[line_start..].encode_utf16().count()),
            message: advise(message),
        }
    }
}

/// What to write instead of what only a compiler could translate, by the word
/// that the parser's message has for it.
const INSTEAD: &[(&str, &str)] = &[
    (
        "TypeScript enum",
        "an `enum` has code behind it, and types are only removed: write `const Color = { Red: \"red\" } as const`, or a union of texts as a type",
    ),
    (
        "TypeScript namespace",
        "a `namespace` with values has code behind it, and types are only removed: write plain declarations or an object",
    ),
    (
        "TypeScript import equals",
        "`import x = ...` can't be resolved: write `import type`, or bundle the code into one file",
    ),
    (
        "TypeScript export assignment",
        "`export = ...` is not ES module syntax: write `export default`",
    ),
    (
        "TypeScript parameter property",
        "a parameter property has code behind it, and types are only removed: declare the field in the class and assign it in the constructor",
    ),
    (
        "Unexpected token `@`",
        "a decorator can't be run here: call the function yourself",
    ),
    (
        "angle-bracket syntax",
        "`<Type>value` reads as JSX to many tools: write `value as Type`",
    ),
];

fn advise(message: &str) -> String {
    INSTEAD
        .iter()
        .find(|(word, _)| message.contains(word))
        .map_or_else(
            || format!("SyntaxError: {message}"),
            |(_, advice)| (*advice).to_owned(),
        )
}
