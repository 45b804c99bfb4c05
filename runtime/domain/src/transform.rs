//! Versions of transforms, and how an endpoint names the one it wants.

use crate::caps::TOKEN_SHOWN_CHARS_MAX;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// The number of an uploaded version: 1 for the first of a transform, and
/// never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber(NonZeroU32);

impl VersionNumber {
    /// The first version of a transform.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The version with this number; none for 0.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The number of the version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A text is not a version number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version: versions are 1, 2, 3, ...")]
pub struct ParseVersionError(String);

impl FromStr for VersionNumber {
    type Err = ParseVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number
            .and_then(Self::new)
            .ok_or_else(|| ParseVersionError(text.chars().take(TOKEN_SHOWN_CHARS_MAX).collect()))
    }
}

/// Which transform an endpoint runs: `name`, or `name@3`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TransformRef {
    /// The transform's name within the tenant.
    pub name: String,
    /// Which of its versions.
    pub version: WantedVersion,
}

/// Which version of a transform an endpoint runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WantedVersion {
    /// The one that is active: the newest, unless somebody rolled back.
    Active,
    /// This one, whatever is uploaded later.
    Pinned(VersionNumber),
}

impl FromStr for TransformRef {
    type Err = ParseVersionError;

    /// The name is not checked: it must be one that is declared.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, WantedVersion::Pinned(version.parse()?)),
            None => (text, WantedVersion::Active),
        };
        Ok(Self {
            name: name.to_owned(),
            version,
        })
    }
}

impl fmt::Display for TransformRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.version {
            WantedVersion::Active => Ok(()),
            WantedVersion::Pinned(version) => write!(f, "@{version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TransformRef;

    #[test]
    fn references_read_as_they_are_written() {
        for text in ["segment", "segment@1", "a_b-c@4294967295"] {
            let read: TransformRef = text.parse().expect("a reference");
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "a@",
            "a@0",
            "a@-1",
            "a@+1",
            "a@latest",
            "a@1@2",
            "a@4294967296",
        ] {
            let read = text.parse::<TransformRef>();
            assert!(read.is_err(), "{text}: {read:?}");
        }
    }
}
