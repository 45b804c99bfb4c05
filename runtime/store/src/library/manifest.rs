//! The versions of one uploaded transform, as a file of JSON:
//!
//! ```json
//! {"format": 1, "next": 3, "active": 2, "versions": [
//!   {"number": 1, "digest": "64 hexadecimal digits", "fileName": "segment.wasm",
//!    "kind": "component", "language": "Rust", "sizeBytes": 75000,
//!    "imports": ["hookmill:transform/log@1.0.0"], "loadUs": 95000,
//!    "author": "operator", "createdAtMs": 1767225600000}]}
//! ```
//!
//! Versions are ordered by number. A reader that meets another `format`
//! refuses; members may be added to format 1 as long as they may be absent.

use super::NewVersion;
use super::error::LibraryError;
use hookmill_domain::UnixMs;
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::transform::VersionNumber;
use serde::{Deserialize, Serialize};

const FORMAT: u32 = 1;

/// One uploaded version. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its number.
    #[serde(with = "number")]
    pub number: VersionNumber,
    /// Which program it is.
    pub digest: ProgramDigest,
    /// The name of the file that was uploaded.
    pub file_name: String,
    /// What the program is, in a stable word.
    pub kind: ProgramKind,
    /// What it was probably written in; none when it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Bytes of the program.
    pub size_bytes: u64,
    /// What it imports.
    pub imports: Vec<String>,
    /// Microseconds that checking and compiling it took.
    pub load_us: u64,
    /// The name of the key that it was uploaded with.
    pub author: String,
    /// Milliseconds since 1970 at which it was uploaded.
    created_at_ms: u64,
}

impl Version {
    /// When it was uploaded.
    #[must_use]
    pub fn created_at(&self) -> UnixMs {
        UnixMs(self.created_at_ms)
    }
}

/// The versions of a transform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// The active one's number; none before the first is activated.
    pub active: Option<VersionNumber>,
    /// All, ordered by number.
    pub list: Vec<Version>,
}

impl Versions {
    /// The version with this number.
    #[must_use]
    pub fn get(&self, number: VersionNumber) -> Option<&Version> {
        self.list.iter().find(|version| version.number == number)
    }

    /// The active version.
    #[must_use]
    pub fn active(&self) -> Option<&Version> {
        self.get(self.active?)
    }

    /// The newest version that is older than the active one: where a rollback
    /// goes unless told otherwise.
    #[must_use]
    pub fn before_active(&self) -> Option<&Version> {
        let active = self.active?;
        let mut older = self.list.iter().rev();
        older.find(|version| version.number < active)
    }
}

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    #[serde(with = "number")]
    next: VersionNumber,
    active: Option<u32>,
    versions: Vec<Version>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            format: FORMAT,
            next: VersionNumber::FIRST,
            active: None,
            versions: Vec::new(),
        }
    }
}

impl Manifest {
    /// # Errors
    /// What is wrong with the bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!(
                "it has format {}, and this program reads format {FORMAT}",
                manifest.format
            ));
        }
        let ordered = manifest.versions.is_sorted_by(|a, b| a.number < b.number)
            && manifest
                .versions
                .last()
                .is_none_or(|last| last.number < manifest.next);
        if !ordered {
            return Err("its versions are out of order".to_owned());
        }
        let active = manifest.active.map(VersionNumber::new);
        let missing = |number: VersionNumber| manifest.position(number).is_none();
        if active.is_some_and(|number| number.is_none_or(missing)) {
            return Err("its active version is missing".to_owned());
        }
        Ok(manifest)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("no key but texts, no failing part");
        bytes.push(b'\n');
        bytes
    }

    pub(super) fn into_versions(self) -> Versions {
        Versions {
            active: self.active.and_then(VersionNumber::new),
            list: self.versions,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.versions.len()
    }

    pub(super) fn find(&self, digest: &ProgramDigest, kind: ProgramKind) -> Option<&Version> {
        let mut versions = self.versions.iter();
        versions.find(|version| version.digest == *digest && version.kind == kind)
    }

    pub(super) fn append(&mut self, size_bytes: u64, new: NewVersion) -> Version {
        let version = Version {
            number: self.next,
            digest: new.digest,
            file_name: new.file_name,
            kind: new.kind,
            language: new.language,
            size_bytes,
            imports: new.imports,
            load_us: new.load_us,
            author: new.author,
            created_at_ms: new.created_at.0,
        };
        self.next = self.next.next();
        self.versions.push(version.clone());
        version
    }

    /// Whether anything changed.
    pub(super) fn activate(&mut self, number: VersionNumber) -> Result<bool, LibraryError> {
        if self.position(number).is_none() {
            return Err(LibraryError::UnknownVersion(number));
        }
        let before = self.active.replace(number.get());
        Ok(before != self.active)
    }

    pub(super) fn delete(&mut self, number: VersionNumber) -> Result<(), LibraryError> {
        let unknown = LibraryError::UnknownVersion(number);
        let position = self.position(number).ok_or(unknown)?;
        if self.active == Some(number.get()) {
            return Err(LibraryError::Active(number));
        }
        self.versions.remove(position);
        Ok(())
    }

    fn position(&self, number: VersionNumber) -> Option<usize> {
        let mut versions = self.versions.iter();
        versions.position(|version| version.number == number)
    }
}

/// Version numbers as plain numbers.
mod number {
    use super::VersionNumber;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        number: &VersionNumber,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(number.get())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<VersionNumber, D::Error> {
        let number = u32::deserialize(deserializer)?;
        VersionNumber::new(number).ok_or_else(|| D::Error::custom("versions begin with 1"))
    }
}
