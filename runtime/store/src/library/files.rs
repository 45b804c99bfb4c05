//! Files that are replaced whole and durably.
//!
//! Knows nothing of what is in them. Paths are relative to the folder.

use super::error::LibraryError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What the name of a file that is being written ends in.
const TEMPORARY: &str = ".tmp";

/// A folder of such files.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
}

impl Files {
    /// Makes the folder, for this user only: programs are the tenants' own.
    pub(super) fn open(root: &Path) -> Result<Self, LibraryError> {
        let files = Self {
            root: root.to_owned(),
        };
        files.make_folder(root)?;
        Ok(files)
    }

    /// The file's bytes; none when it is not there.
    pub(super) fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, LibraryError> {
        let path = self.root.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LibraryError::from((path, error))),
        }
    }

    /// Replaces the file, or makes it with its folders. Durable when it
    /// returns; on an error the file is as it was.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), LibraryError> {
        let path = self.root.join(path);
        let folder = path.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        let mut temporary = path.clone().into_os_string();
        temporary.push(TEMPORARY);
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&temporary)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&temporary, &path))
            .and_then(|()| File::open(folder)?.sync_all());
        if written.is_err() {
            // The first error is the one to show.
            let _ = fs::remove_file(&temporary);
        }
        written.map_err(|error| LibraryError::from((path, error)))
    }

    /// Removes a file. It may come back after a power loss.
    pub(super) fn remove(&self, path: &Path) -> Result<(), LibraryError> {
        let path = self.root.join(path);
        fs::remove_file(&path).map_err(|error| LibraryError::from((path, error)))
    }

    /// What a folder holds, as paths that the other calls take. What a crash
    /// left of unfinished writes is removed and not listed.
    pub(super) fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, LibraryError> {
        let absolute = self.root.join(folder);
        let entries = match fs::read_dir(&absolute) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(LibraryError::from((absolute, error))),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let name = entry
                .map_err(|error| LibraryError::from((absolute.clone(), error)))?
                .file_name();
            let path = folder.join(&name);
            if name.to_string_lossy().ends_with(TEMPORARY) {
                self.remove(&path)?;
            } else {
                paths.push(path);
            }
        }
        Ok(paths)
    }

    fn make_folder(&self, folder: &Path) -> Result<(), LibraryError> {
        if folder.is_dir() {
            return Ok(());
        }
        let parent = folder.parent().filter(|it| !it.as_os_str().is_empty());
        if let Some(parent) = parent {
            self.make_folder(parent)?;
        }
        let made = fs::DirBuilder::new().mode(0o700).create(folder);
        let made = match made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        };
        made.and_then(|()| File::open(parent.unwrap_or(Path::new(".")))?.sync_all())
            .map_err(|error| LibraryError::from((folder.to_owned(), error)))
    }
}
