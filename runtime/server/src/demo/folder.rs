//! The demo's folder: a configuration, handlers and secrets that `serve` would
//! take just as well.

use super::cast;
use anyhow::Context as _;
use base64::Engine as _;
use hookmill_domain::secret::{Secret, SecretUse};
use std::fs;
use std::path::{Path, PathBuf};

/// The prepared folder.
pub(super) struct Folder {
    /// The configuration file in it.
    pub(super) config: PathBuf,
    /// The source's signing secret, `whsec_...`.
    pub(super) key: Secret,
    /// Removes a temporary folder when the demo ends.
    temporary: Option<tempfile::TempDir>,
}

impl Folder {
    /// Whether the folder is gone after the demo.
    pub(super) fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// The signing key in hexadecimal, as a shell's openssl wants it.
    pub(super) fn key_hex(&self) -> String {
        let encoded = self.key.expose().trim_start_matches("whsec_");
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .unwrap_or_default();
        hex::encode(bytes)
    }
}

const CONFIG: &str = r#"# Written by `hookmill demo`. Run it for real with `hookmill serve --config` this file.

[server]
data_dir = "data"

[egress]
allow_addresses = ["127.0.0.0/8"] # the demo's sink

[tenants.demo.sources.dodo]
secrets = [{ file = "secrets/dodo" }]

[tenants.demo.transforms.mailerlite]
file = "handlers/mailerlite.js"

[tenants.demo.transforms.customerio]
file = "handlers/customerio.js"

[tenants.demo.transforms.segment]
file = "handlers/segment.js"

[tenants.demo.credentials.mailerlite]
bearer = { file = "secrets/mailerlite" }
hosts = ["connect.mailerlite.com"]

[tenants.demo.credentials.customerio]
basic = { user = { file = "secrets/customerio_site_id" }, password = { file = "secrets/customerio_api_key" } }
hosts = ["track.customer.io"]

[tenants.demo.credentials.segment]
basic = { user = { file = "secrets/segment_write_key" } }
hosts = ["api.segment.io"]

[tenants.demo.endpoints.mailerlite]
url = "https://connect.mailerlite.com/api/subscribers"
events = ["payment.*", "subscription.*"]
transform = "mailerlite"
credential = "mailerlite"
headers = { Accept = "application/json" }
env = { GROUP_ID = "123456789012345678" }

[tenants.demo.endpoints.customerio]
url = "https://track.customer.io/api/v2/entity"
events = ["payment.*", "subscription.*"]
transform = "customerio"
credential = "customerio"

[tenants.demo.endpoints.segment]
url = "https://api.segment.io/v1/track"
events = ["payment.*", "subscription.*"]
transform = "segment"
credential = "segment"
"#;

const CREDENTIALS: [(&str, &str); 4] = [
    ("mailerlite", "demo-mailerlite-token"),
    ("customerio_site_id", "demo-site-id"),
    ("customerio_api_key", "demo-api-key"),
    ("segment_write_key", "demo-write-key"),
];

/// Fills a folder with what the demo needs. What is there already is kept, so
/// that a reader can change a handler and run the demo again.
pub(super) fn prepare(named: Option<&Path>) -> anyhow::Result<Folder> {
    let (path, temporary) = match named {
        Some(path) => (path.to_owned(), None),
        None => {
            let folder = tempfile::Builder::new()
                .prefix("hookmill-demo-")
                .tempdir()
                .context("no temporary folder can be made")?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    for sub in ["handlers", "secrets"] {
        let folder = path.join(sub);
        fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
    }
    let config = path.join("hookmill.toml");
    keep_or_write(&config, CONFIG)?;
    for (name, source) in cast::HANDLERS {
        keep_or_write(&path.join("handlers").join(format!("{name}.js")), source)?;
    }
    for (name, secret) in CREDENTIALS {
        keep_or_write(&path.join("secrets").join(name), secret)?;
    }
    let key_file = path.join("secrets").join("dodo");
    keep_or_write(&key_file, &new_key())?;
    let key = fs::read_to_string(&key_file)
        .with_context(|| format!("{} can't be read", key_file.display()))?;
    Ok(Folder {
        config,
        key: Secret::read(&key, SecretUse::Signing)
            .with_context(|| key_file.display().to_string())?,
        temporary,
    })
}

fn keep_or_write(path: &Path, text: &str) -> anyhow::Result<()> {
    if path.exists() {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

fn new_key() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("whsec_{encoded}")
}
