//! The configuration as the rest of the binary uses it: complete, checked,
//! with every default, reference and secret resolved.
//!
//! Plain data. Its `Debug` shows no secret, because the secrets' own does not.

use super::log_filter::LogFilter;
use super::mistake::{Mistake, Mistakes};
use super::read_file::ReadFile;
use crate::samples;
use hookmill_domain::caps::{IngestCaps, SandboxCaps};
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::secret::Secret;
use hookmill_relay::OnLoss;
use hookmill_relay::declared::Declared;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use url::Url;

/// Everything that `hookmill serve` needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where HTTP is served.
    pub(crate) listen: SocketAddr,
    /// The folder of the store and the compiled transforms. From the file it
    /// is relative to the file's folder, from elsewhere to the current one.
    pub(crate) data_dir: PathBuf,
    /// What an accepted event may be.
    pub(crate) ingest: IngestCaps,
    /// Sandbox threads.
    pub(crate) sandbox_threads: usize,
    /// What one run of a transform may use, unless its endpoint says otherwise.
    pub(crate) sandbox: SandboxCaps,
    /// Where requests may go, and whom they trust.
    pub(crate) egress: EgressSettings,
    /// Days for which finished deliveries are kept for reading.
    pub(crate) history_days: u32,
    /// What the operator's HTTP routes ask for; without it they don't exist.
    pub(crate) operator_key: Option<Secret>,
    /// What is logged, and how.
    pub(crate) log: LogSettings,
    /// Bytes that must be free on the disk to accept events.
    pub(crate) disk_free_bytes_min: u64,
    /// Tenants and their resources.
    pub(crate) declared: Declared,
    /// What is wrong with the files of transforms.
    pub(super) unusable: Vec<Mistake>,
    /// The files that were read, the configuration first; transforms aside.
    pub(crate) files: Vec<ReadFile>,
}

impl Settings {
    /// Milliseconds for which finished deliveries are kept for reading.
    #[must_use]
    pub(crate) fn history_ms(&self) -> u64 {
        u64::from(self.history_days) * 24 * 3_600_000
    }

    /// Whether the files of all transforms can be read.
    ///
    /// # Errors
    /// Those that can't. They keep nobody from serving the others.
    pub(crate) fn check_files(&self) -> Result<(), Mistakes> {
        Mistakes::check(self.unusable.clone())
    }

    /// What the relay is opened with.
    #[must_use]
    pub(crate) fn into_relay(self) -> hookmill_relay::Config {
        hookmill_relay::Config {
            history_ms: self.history_ms(),
            cache_dir: std::env::var_os("HOOKMILL_CACHE_DIR")
                .map_or_else(|| self.data_dir.join("compiled"), PathBuf::from),
            data_dir: self.data_dir,
            disk_free_bytes_min: self.disk_free_bytes_min,
            sandbox_threads: self.sandbox_threads,
            // Where the system can't say which program this is, the search
            // path has to.
            child_exe: std::env::current_exe().unwrap_or_else(|_| "hookmill".into()),
            on_loss: OnLoss::Refuse,
            allow_addresses: self.egress.allow_addresses,
            routes: self.egress.routes,
            root_certificates: self.egress.root_certificates,
            ingest: self.ingest,
            samples: samples::one_of_each_type(),
            declared: self.declared,
        }
    }
}

/// Where requests may go, and whom they trust.
#[derive(Clone, Debug, Default)]
pub(crate) struct EgressSettings {
    /// Address ranges that are allowed although they are private.
    pub(crate) allow_addresses: Vec<IpNet>,
    /// Files of root certificates in PEM, besides the system's.
    pub(crate) root_certificates: Vec<PathBuf>,
    /// Hosts whose requests go to another origin, for stand-ins: the demo's
    /// sink, a recorder in a test setup.
    pub(crate) routes: Vec<(HostPattern, Url)>,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogSettings {
    /// How a line is written.
    pub(crate) format: LogFormat,
    /// Which lines are written.
    pub(crate) filter: LogFilter,
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
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A text is no log format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no log format: write `text` or `json`")]
pub(crate) struct ParseLogFormatError(String);

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
pub(crate) struct Overrides {
    /// `--listen`
    pub(crate) listen: Option<SocketAddr>,
    /// `--data-dir`
    pub(crate) data_dir: Option<PathBuf>,
    /// `--log`
    pub(crate) log: Option<String>,
    /// `--log-format`
    pub(crate) log_format: Option<LogFormat>,
}
