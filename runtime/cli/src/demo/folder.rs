//! The demo's folder: a configuration, handlers and secrets that `serve` would
//! take just as well.

use super::integrations::{CONFIG, CREDENTIALS, HANDLERS, VENDOR_HOSTS};
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookmill_domain::secret::{Secret, SecretUse};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// The prepared folder.
pub(super) struct Folder {
    path: PathBuf,
    /// The source's signing secret, `whsec_...`.
    signing_key: Secret,
    operator_key: Secret,
    /// Removes a temporary folder when the demo ends.
    temporary: Option<TempDir>,
}

/// Fills a folder with what the demo needs. What is there already is kept, so
/// that a reader can change a handler and run the demo again.
pub(super) fn prepare(named: Option<&Path>) -> anyhow::Result<Folder> {
    let temporary = match named {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("hookmill-demo-")
                .tempdir()
                .context("no temporary folder can be made")?,
        ),
    };
    let path = match &temporary {
        Some(folder) => folder.path(),
        None => named.unwrap_or(Path::new(".")),
    };
    for sub in ["handlers", "secrets"] {
        let folder = path.join(sub);
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
    }
    keep_or_write(&path.join("hookmill.toml"), CONFIG)?;
    for (name, source) in HANDLERS {
        keep_or_write(&path.join("handlers").join(format!("{name}.js")), source)?;
    }
    let secrets = path.join("secrets");
    for (name, secret) in CREDENTIALS {
        keep_or_write(&secrets.join(name), secret)?;
    }
    keep_or_write(&secrets.join("dodo"), &format!("whsec_{}", random()))?;
    keep_or_write(&secrets.join("operator"), &random())?;
    Ok(Folder {
        path: path.to_owned(),
        signing_key: read_secret(&secrets.join("dodo"), SecretUse::Signing)?,
        operator_key: read_secret(&secrets.join("operator"), SecretUse::OperatorKey)?,
        temporary,
    })
}

impl Folder {
    /// The configuration file in it.
    pub(super) fn config(&self) -> PathBuf {
        self.path.join("hookmill.toml")
    }

    /// The configuration of this run, beside the other: with the requests to
    /// the vendors led to `origin`. It is removed with the answer.
    ///
    /// # Errors
    /// The folder can't be read or written.
    pub(super) fn config_of_run(&self, origin: &str) -> anyhow::Result<NamedTempFile> {
        let config = self.config();
        let mut text = fs::read_to_string(&config)
            .with_context(|| format!("{} can't be read", config.display()))?;
        text.push_str("\n[egress.routes]\n");
        for host in VENDOR_HOSTS {
            text.push_str(&format!("\"{host}\" = \"{origin}\"\n"));
        }
        let mut file = tempfile::Builder::new()
            .prefix("hookmill-run-")
            .suffix(".toml")
            .tempfile_in(&self.path)?;
        file.write_all(text.as_bytes())?;
        Ok(file)
    }

    /// The operator's key.
    pub(super) fn operator_key(&self) -> &Secret {
        &self.operator_key
    }

    /// The source's signing key.
    pub(super) fn signing_key(&self) -> &Secret {
        &self.signing_key
    }

    /// The signing key in hexadecimal, as a shell's openssl wants it.
    pub(super) fn key_hex(&self) -> String {
        let encoded = self.signing_key.expose().trim_start_matches("whsec_");
        hex::encode(STANDARD.decode(encoded).unwrap_or_default())
    }

    /// Whether the folder is gone after the demo.
    pub(super) fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }
}

fn read_secret(file: &Path, intended: SecretUse<'_>) -> anyhow::Result<Secret> {
    let text =
        fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    Secret::read(&text, intended).with_context(|| file.display().to_string())
}

fn keep_or_write(path: &Path, text: &str) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

/// 256 random bits in base64.
fn random() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    STANDARD.encode(bytes)
}
