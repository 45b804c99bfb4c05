//! A temporary folder with a `hookmill.toml` and what it refers to.

use std::path::{Path, PathBuf};

/// The folder; removed when it is dropped.
pub struct Folder {
    folder: tempfile::TempDir,
}

/// What most tests begin their configuration with: a free port, loopback
/// destinations allowed, an operator key, a source `dodo`.
pub const PREAMBLE: &str = r#"
[server]
listen = "127.0.0.1:0"
data_dir = "data"
operator_key = { env = "OPERATOR_KEY" }

[egress]
allow_addresses = ["127.0.0.0/8"]

[tenants.acme.sources.dodo]
secrets = [{ env = "DODO_SECRET" }]
"#;

impl Folder {
    /// A folder whose `hookmill.toml` is the preamble and this.
    #[must_use]
    pub fn new(declarations: &str) -> Self {
        let folder = Self::empty();
        folder.write("hookmill.toml", &format!("{PREAMBLE}\n{declarations}"));
        folder
    }

    /// A folder with the preamble and this, in one of the caller's choice instead of the system's
    /// one for temporary files, which may be in memory.
    ///
    /// # Panics
    /// When there can't be one.
    #[must_use]
    pub fn beneath(parent: &Path, declarations: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("hookmill-test-")
            .tempdir_in(parent);
        let folder = Self {
            folder: folder.expect("a temporary folder"),
        };
        folder.write("hookmill.toml", &format!("{PREAMBLE}\n{declarations}"));
        folder
    }

    /// An empty folder.
    ///
    /// # Panics
    /// When there can't be one.
    #[must_use]
    pub fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("hookmill-test-").tempdir();
        Self {
            folder: folder.expect("a temporary folder"),
        }
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.path().join("hookmill.toml")
    }

    /// Writes a file into it.
    ///
    /// # Panics
    /// When that fails.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
}
