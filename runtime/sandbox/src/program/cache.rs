//! Compiled code on disk, so that a second start compiles nothing; and
//! TypeScript without its types, so that it starts no process either.
//!
//! Content-addressed: the key is made from the source, the engine's settings
//! and the compiler's full version, so an entry is never stale, only unused. The
//! cache is a convenience: whatever is wrong with an entry, it is as if it were
//! not there.

use crate::program::artifact::Artifact;
use crate::program::typescript::STRIPPER_VERSION;
use hookmill_domain::program::ProgramDigest;
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) struct Cache {
    dir: PathBuf,
    compatibility: [u8; 32],
}

impl Cache {
    /// Makes the folder, for this user only.
    pub(crate) fn open(dir: &Path, compatibility: [u8; 32]) -> io::Result<Self> {
        if !dir.is_dir() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(dir)?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            compatibility,
        })
    }

    /// The key of what the bytes with this digest compile to.
    pub(crate) fn key(&self, digest: &ProgramDigest) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(self.compatibility);
        hash.update(digest.as_bytes());
        hash.finalize().into()
    }

    /// The entry, when it is there and undamaged.
    pub(crate) fn read(&self, key: &[u8; 32]) -> Option<Artifact> {
        let path = self.path(key);
        let entry = fs::read(&path).ok()?;
        let artifact = Artifact::from_entry(key, entry);
        if artifact.is_none() {
            tracing::warn!(path = %path.display(), "a damaged cache entry is compiled again");
        }
        artifact
    }

    /// The key of a TypeScript source with this digest.
    pub(crate) fn text_key(digest: &ProgramDigest) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix("types stripped by ");
        hash.update(STRIPPER_VERSION);
        hash.update(digest.as_bytes());
        hash.finalize().into()
    }

    /// The text, when it is there and undamaged.
    pub(crate) fn read_text(&self, key: &[u8; 32]) -> Option<String> {
        let entry = fs::read(self.text_path(key)).ok()?;
        let (digest, text) = entry.split_at_checked(32)?;
        let is_whole = digest == text_digest(key, text);
        is_whole.then(|| String::from_utf8(text.to_vec()).ok())?
    }

    /// Keeps a text. One that can't be kept is made again.
    pub(crate) fn write_text(&self, key: &[u8; 32], text: &str) {
        let digest = text_digest(key, text.as_bytes());
        self.write_entry(&self.text_path(key), &[&digest, text.as_bytes()]);
    }

    /// Keeps compiled code. Code that can't be kept is compiled again.
    pub(crate) fn write(&self, key: &[u8; 32], artifact: &Artifact) {
        let head = artifact.entry_head(key);
        self.write_entry(&self.path(key), &[&head, artifact.code()]);
    }

    fn write_entry(&self, path: &Path, parts: &[&[u8]]) {
        if let Err(error) = self.try_write(path, parts) {
            tracing::warn!(path = %path.display(), %error, "compiled code can't be kept");
        }
    }

    fn try_write(&self, path: &Path, parts: &[&[u8]]) -> io::Result<()> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let temporary = self.dir.join(format!(
            ".{}-{}.tmp",
            std::process::id(),
            COUNTER.fetch_add(1, Ordering::Relaxed)
        ));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| parts.iter().try_for_each(|part| file.write_all(part)))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            // Nothing more can be done about it than the warning that follows.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn path(&self, key: &[u8; 32]) -> PathBuf {
        self.dir.join(format!("{}.cwasm", hex::encode(key)))
    }

    fn text_path(&self, key: &[u8; 32]) -> PathBuf {
        self.dir.join(format!("{}.js", hex::encode(key)))
    }
}

/// The key is part of the digest: an entry renamed to another key is refused.
fn text_digest(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(key);
    hash.update(text);
    hash.finalize().into()
}
