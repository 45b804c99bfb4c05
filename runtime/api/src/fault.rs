//! Why a transform gave no request.
//!
//! One shape for attempts, sample runs and the command line's `--json`.

use serde::{Deserialize, Serialize};

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its stable code; a program that can't be loaded, which only the command
    /// line calls a fault, has `load_failed`.
    pub code: String,
    /// One or more sentences that name what, and for a limit how to raise it.
    pub message: String,
    /// Where in the source, when known.
    pub position: Option<Position>,
    /// The guest's call stack, one frame a line; empty when unknown.
    #[serde(default)]
    pub stack: String,
}

/// A place in a source, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The file, where that is not the program itself but one that its author
    /// put into it; left out otherwise. Only the command line knows it: what
    /// is uploaded is one file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line.
    pub line: u32,
    /// Column, in UTF-16 code units.
    pub column: u32,
}
