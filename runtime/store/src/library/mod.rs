//! Uploaded transforms: their programs, and the numbered versions of each.
//!
//! Plain files beside the queue, because programs are large, change rarely and
//! are read whole:
//!
//! - `programs/DIGEST`: a program's bytes, named by their SHA-256 digest
//! - `versions/TENANT/TRANSFORM.json`: the versions, as `manifest.rs` says
//!
//! Every file is written beside its place, synced and renamed, the program
//! before the manifest that names it: after a crash at any instant an upload
//! is either there as a whole or not at all. Two processes must not open the
//! same folder; the store's lock keeps them apart.
//!
//! What is a good program, who may upload and which version is in use is
//! decided elsewhere.

mod error;
mod files;
mod manifest;

pub use error::LibraryError;
pub use manifest::{Version, Versions};

use bytes::Bytes;
use files::Files;
use hookmill_domain::caps::{UPLOADED_BYTES_MAX, VERSIONS_MAX};
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::transform::VersionNumber;
use hookmill_domain::{TenantId, UnixMs};
use manifest::Manifest;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The uploaded transforms of a data folder. Every call blocks.
#[derive(Debug)]
pub struct Library {
    files: Files,
    /// One change at a time; reading needs no lock, as files are replaced
    /// whole.
    changing: Mutex<()>,
}

/// What is known of a program when it becomes a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// The file's name, for messages.
    pub file_name: String,
    /// The digest of the program.
    pub digest: ProgramDigest,
    /// What the bytes are.
    pub kind: ProgramKind,
    /// What it was probably written in; none when it does not say.
    pub language: Option<String>,
    /// What it imports.
    pub imports: Vec<String>,
    /// Microseconds that checking and compiling it took.
    pub load_us: u64,
    /// The name of the key that it was uploaded with.
    pub author: String,
    /// When.
    pub created_at: UnixMs,
}

/// Whether a new version runs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// It becomes the active one.
    AtOnce,
    /// It waits until somebody activates it.
    Later,
}

/// Whether an upload made a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It did.
    New(Version),
    /// The same bytes are a version already.
    Existing(Version),
}

impl Library {
    /// Opens the folder, which is made when it is missing, and removes
    /// programs that no version names: uploads that a crash cut short.
    ///
    /// # Errors
    /// [`LibraryError::Io`] when the folder can't be used. A damaged manifest
    /// is not an error here: only its own transform suffers.
    pub fn open(dir: &Path) -> Result<Self, LibraryError> {
        let library = Self {
            files: Files::open(dir)?,
            changing: Mutex::new(()),
        };
        library.remove_unnamed()?;
        Ok(library)
    }

    /// The versions of a transform; none of one that nothing was uploaded for.
    ///
    /// # Errors
    /// [`LibraryError::Damaged`], [`LibraryError::Io`].
    pub fn versions(&self, tenant: TenantId, transform: &str) -> Result<Versions, LibraryError> {
        Ok(self.manifest(tenant, transform)?.into_versions())
    }

    /// A version's program.
    ///
    /// # Errors
    /// [`LibraryError::Damaged`] when its bytes are not those that were
    /// uploaded, or are gone.
    pub fn program(&self, version: &Version) -> Result<Bytes, LibraryError> {
        let path = self.program_path(&version.digest);
        let bytes = match self.files.read(&path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(LibraryError::damaged(&path, "the file is missing")),
            Err(error) => return Err(error),
        };
        if ProgramDigest::of(&bytes) != version.digest {
            let message = "its bytes are not those that were uploaded";
            return Err(LibraryError::damaged(&path, message));
        }
        Ok(Bytes::from(bytes))
    }

    /// Makes a program the newest version of a transform, durably, unless the
    /// same bytes are one of its versions already; and activates it, where that
    /// is wanted, in the same step.
    ///
    /// # Errors
    /// [`LibraryError::TooManyVersions`], [`LibraryError::TooManyBytes`], or
    /// the files can't be written; nothing is changed then.
    pub fn add(
        &self,
        tenant: TenantId,
        transform: &str,
        program: &[u8],
        new: NewVersion,
        activation: Activation,
    ) -> Result<Added, LibraryError> {
        let _changing = self.changing();
        let mut manifest = self.manifest(tenant, transform)?;
        let digest = new.digest;
        if let Some(version) = manifest.find(&digest, new.kind).cloned() {
            if self.program(&version).is_err() {
                // Here are the bytes that were damaged or lost.
                self.files.write(&self.program_path(&digest), program)?;
            }
            if activation == Activation::AtOnce && manifest.activate(version.number)? {
                self.write_manifest(tenant, transform, &manifest)?;
            }
            return Ok(Added::Existing(version));
        }
        if manifest.len() >= VERSIONS_MAX {
            return Err(LibraryError::TooManyVersions);
        }
        let bytes = program.len() as u64;
        let stored = self.stored_bytes(tenant, &digest)?;
        if stored + bytes > UPLOADED_BYTES_MAX {
            return Err(LibraryError::TooManyBytes { stored, bytes });
        }
        self.files.write(&self.program_path(&digest), program)?;
        let version = manifest.append(bytes, new);
        if activation == Activation::AtOnce {
            manifest.activate(version.number)?;
        }
        self.write_manifest(tenant, transform, &manifest)?;
        Ok(Added::New(version))
    }

    /// Makes a version the active one, durably.
    ///
    /// # Errors
    /// [`LibraryError::UnknownVersion`], or the file can't be written; nothing
    /// is changed then.
    pub fn activate(
        &self,
        tenant: TenantId,
        transform: &str,
        number: VersionNumber,
    ) -> Result<(), LibraryError> {
        let _changing = self.changing();
        let mut manifest = self.manifest(tenant, transform)?;
        if !manifest.activate(number)? {
            return Ok(());
        }
        self.write_manifest(tenant, transform, &manifest)
    }

    /// Deletes a version, durably. Its number is never used again. Whether it
    /// is still in use is for the caller to know, except that the active one
    /// is never deleted.
    ///
    /// # Errors
    /// [`LibraryError::UnknownVersion`], [`LibraryError::Active`], or the file
    /// can't be written; nothing is changed then.
    pub fn delete(
        &self,
        tenant: TenantId,
        transform: &str,
        number: VersionNumber,
    ) -> Result<(), LibraryError> {
        let _changing = self.changing();
        let mut manifest = self.manifest(tenant, transform)?;
        manifest.delete(number)?;
        self.write_manifest(tenant, transform, &manifest)?;
        self.remove_unnamed()
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manifest(&self, tenant: TenantId, transform: &str) -> Result<Manifest, LibraryError> {
        self.read_manifest(&manifest_path(tenant, transform))
    }

    fn read_manifest(&self, path: &Path) -> Result<Manifest, LibraryError> {
        let Some(bytes) = self.files.read(path)? else {
            return Ok(Manifest::default());
        };
        Manifest::from_bytes(&bytes).map_err(|message| LibraryError::damaged(path, message))
    }

    fn write_manifest(
        &self,
        tenant: TenantId,
        transform: &str,
        manifest: &Manifest,
    ) -> Result<(), LibraryError> {
        let path = manifest_path(tenant, transform);
        self.files.write(&path, &manifest.to_bytes())
    }

    fn program_path(&self, digest: &ProgramDigest) -> PathBuf {
        Path::new("programs").join(digest.to_string())
    }

    /// Bytes of all programs of a tenant, each counted once, but this one.
    fn stored_bytes(&self, tenant: TenantId, but: &ProgramDigest) -> Result<u64, LibraryError> {
        let mut seen = HashSet::from([*but]);
        let mut bytes = 0;
        for path in self.files.list(&tenant_path(tenant))? {
            // A damaged one has its own error; it must not keep the others of
            // this tenant from being uploaded.
            let Ok(manifest) = self.read_manifest(&path) else {
                continue;
            };
            for version in manifest.into_versions().list {
                if seen.insert(version.digest) {
                    bytes += version.size_bytes;
                }
            }
        }
        Ok(bytes)
    }

    fn remove_unnamed(&self) -> Result<(), LibraryError> {
        let mut named = HashSet::new();
        for tenant in self.files.list(Path::new("versions"))? {
            for path in self.files.list(&tenant)? {
                match self.read_manifest(&path) {
                    Ok(manifest) => named.extend(
                        manifest
                            .into_versions()
                            .list
                            .into_iter()
                            .map(|version| self.program_path(&version.digest)),
                    ),
                    // What a damaged manifest names is unknown, so nothing is
                    // removed until it is mended.
                    Err(LibraryError::Damaged { .. }) => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        }
        for path in self.files.list(Path::new("programs"))? {
            if !named.contains(&path) {
                self.files.remove(&path)?;
            }
        }
        Ok(())
    }
}

fn tenant_path(tenant: TenantId) -> PathBuf {
    Path::new("versions").join(tenant.to_string())
}

fn manifest_path(tenant: TenantId, transform: &str) -> PathBuf {
    tenant_path(tenant).join(format!("{transform}.json"))
}

impl From<(PathBuf, io::Error)> for LibraryError {
    fn from((path, source): (PathBuf, io::Error)) -> Self {
        Self::Io { path, source }
    }
}
