//! The key of a data folder's fingerprints: 32 random bytes in a file, made at
//! the first start.
//!
//! It lies beside the store and not in it: a reader of a row, a listing or a copy
//! of the store can't try passwords against the fingerprints there. One who has
//! the whole folder can; a digest that is slow enough to hinder that would take
//! minutes at a start with thousands of endpoints. When the key is lost, every
//! declaration with a secret in it counts as changed, and nothing else happens.

use hookmill_domain::fingerprint::FingerprintKey;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The file's name in the data folder.
const FILE: &str = "fingerprint.key";

/// The key can't be read or made.
#[derive(Debug, thiserror::Error)]
#[error("{} can't be read or made", path.display())]
pub struct KeyError {
    /// The file.
    path: PathBuf,
    /// Why.
    source: io::Error,
}

/// Reads the key of this folder, which exists, or makes it. Only the process
/// that holds the store's lock may call it.
pub(crate) fn open(data_dir: &Path) -> Result<FingerprintKey, KeyError> {
    let path = data_dir.join(FILE);
    match read_or_make(data_dir, &path) {
        Ok(bytes) => Ok(FingerprintKey::new(&bytes)),
        Err(source) => Err(KeyError { path, source }),
    }
}

fn read_or_make(data_dir: &Path, path: &Path) -> io::Result<[u8; FingerprintKey::BYTES]> {
    match fs::read(path) {
        Ok(bytes) => {
            if let Ok(bytes) = <[u8; FingerprintKey::BYTES]>::try_from(bytes) {
                return Ok(bytes);
            }
            tracing::warn!(
                file = %path.display(),
                "the key of fingerprints is damaged and made anew: declarations with secrets count as changed"
            );
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let bytes = crate::clock::random();
    let unfinished = data_dir.join(format!("{FILE}.tmp"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(data_dir)?.sync_all()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{FILE, open};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_keeps_its_key_and_has_one_of_its_own() {
        let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let fingerprint = |n: usize| open(folders[n].path()).expect("a key").of(b"secret");
        let first = fingerprint(0);
        assert_eq!(fingerprint(0), first);
        assert_ne!(fingerprint(1), first);
        let file = folders[0].path().join(FILE);
        let mode = std::fs::metadata(&file).expect("the file").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
        std::fs::write(&file, b"damaged").expect("written");
        assert_ne!(fingerprint(0), first);
    }
}
