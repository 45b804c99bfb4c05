//! A transform with its active version and the endpoints that use it.

use crate::version::Version;
use serde::{Deserialize, Serialize};

/// A transform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// Its name.
    pub name: String,
    /// Whether it is declared with `upload = true`, and so has versions.
    pub uploaded: bool,
    /// How many versions are kept.
    pub versions: usize,
    /// The version that runs.
    pub active: Option<Version>,
    /// The endpoints that use it.
    pub endpoints: Vec<User>,
}

/// An endpoint that uses a transform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The endpoint's name.
    pub name: String,
    /// Which version it uses.
    pub version: UsedVersion,
}

/// Which version of a transform an endpoint uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UsedVersion {
    /// The one of this number.
    Pinned(u32),
    /// The active one.
    Followed(Latest),
}

/// `latest`: the active version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Latest {
    /// The word.
    #[serde(rename = "latest")]
    Latest,
}

/// Where to roll back to: the body of the request, which may be absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// The version, counted from 1; the one before the active one where it is
    /// absent.
    pub version: Option<u32>,
}
