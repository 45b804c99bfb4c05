//! The configuration as the rest of the binary uses it: complete, checked,
//! with every default, reference and secret resolved.
//!
//! Plain data. Its `Debug` shows no secret, because the secrets' own does not.

use super::log_filter::LogFilter;
use super::problem::{Problem, Problems};
use super::read_file::ReadFile;
use hookmill_domain::caps::{IngestCaps, SandboxCaps};
use hookmill_domain::declared::Declared;
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::secret::Secret;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Everything that `hookmill serve` needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// The folder of the store and the compiled transforms. From the file it
    /// is relative to the file's folder, from elsewhere to the current one.
    pub data_dir: PathBuf,
    /// What an accepted event may be.
    pub ingest: IngestCaps,
    /// Sandbox threads.
    pub sandbox_threads: usize,
    /// What one run of a transform may use, unless its endpoint says otherwise.
    pub sandbox: SandboxCaps,
    /// Where requests may go, and whom they trust.
    pub egress: EgressSettings,
    /// Days for which finished deliveries are kept for reading.
    pub history_days: u32,
    /// What the operator's HTTP routes ask for; without it they don't exist.
    pub operator_key: Option<Secret>,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Bytes that must be free on the disk to accept events.
    pub disk_free_bytes_min: u64,
    /// Tenants and their resources.
    pub declared: Declared,
    /// What is wrong with the files of transforms.
    pub(super) unusable: Vec<Problem>,
    /// The files that were read, the configuration first; transforms aside.
    pub files: Vec<ReadFile>,
}

impl Settings {
    /// Milliseconds for which finished deliveries are kept for reading.
    #[must_use]
    pub fn history_ms(&self) -> u64 {
        u64::from(self.history_days) * 24 * 3_600_000
    }

    /// Whether the files of all transforms can be read.
    ///
    /// # Errors
    /// The files that can't be read. The other transforms are served all the same.
    pub fn check_files(&self) -> Result<(), Problems> {
        Problems::check(self.unusable.clone())
    }
}

/// Where requests may go, and whom they trust.
#[derive(Clone, Debug, Default)]
pub struct EgressSettings {
    /// Address ranges that are allowed although they are private.
    pub allow_addresses: Vec<IpNet>,
    /// Files of root certificates in PEM, besides the system's.
    pub root_certificates: Vec<PathBuf>,
    /// Hosts whose requests go to another origin, for stand-ins: the demo's
    /// server, a recorder in a test setup.
    pub routes: Vec<(HostPattern, DestinationUrl)>,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// How a line is written.
    pub format: LogFormat,
    /// Which lines are written.
    pub filter: LogFilter,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: LogFilter::INFO,
        }
    }
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A text is not a log format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a log format: write `text` or `json`")]
pub struct ParseLogFormatError(String);

impl FromStr for LogFormat {
    type Err = ParseLogFormatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(ParseLogFormatError(text.to_owned())),
        }
    }
}

/// What was given on the command line; it wins over the environment, which
/// wins over the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--listen`
    pub listen: Option<SocketAddr>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
    /// `--log`
    pub log: Option<String>,
    /// `--log-format`
    pub log_format: Option<LogFormat>,
}
