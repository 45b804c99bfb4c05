//! A version of an uploaded transform, and a program that was only checked.

use crate::sample_run::Trial;
use serde::{Deserialize, Serialize};

/// What is known of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// `sha256:` and 64 digits in base 16.
    pub digest: String,
    /// The name that it was uploaded under.
    pub file_name: String,
    /// `component`, `javascript` or `typescript`.
    pub kind: String,
    /// The language that it was written in, as far as its tools tell: a guess.
    pub language: Option<String>,
    /// Bytes of the source or the binary.
    pub size_bytes: u64,
    /// Interfaces and functions that it imports.
    pub imports: Vec<String>,
    /// Milliseconds that it took to load, with three digits after the point.
    pub compile_time_ms: f64,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its number, counted from 1.
    pub version: u32,
    /// Whether it is the one that runs.
    pub active: bool,
    /// The program, as members.
    #[serde(flatten)]
    pub program: Program,
    /// Whose key uploaded it.
    pub author: String,
    /// When it was uploaded.
    pub created_at: String,
    /// The names of the endpoints that run it.
    pub endpoints: Vec<String>,
}

/// The answer to an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uploaded {
    /// The version that it is, as members.
    #[serde(flatten)]
    pub version: Version,
    /// How it was tried, as members.
    #[serde(flatten)]
    pub trial: Trial,
}

/// The answer to a check, which keeps nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// The program, as members.
    #[serde(flatten)]
    pub program: Program,
    /// How it was tried, as members.
    #[serde(flatten)]
    pub trial: Trial,
}

/// How to upload: the query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// Whether the version runs at once; it does unless told otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activate: Option<bool>,
}
