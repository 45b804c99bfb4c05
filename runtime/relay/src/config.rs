//! What a relay is opened with, and how it is divided among its parts.

use crate::uploads::Sample;
use crate::worker;
use hookmill_domain::caps::IngestCaps;
use hookmill_domain::declared::Declared;
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::hosts::HostPattern;
use hookmill_egress::AddressPolicy;
use hookmill_sandbox::Compile;
pub use hookmill_store::OnLoss;
use hookmill_store::{IndexTrust, StoreConfig};
use ipnet::IpNet;
use std::path::PathBuf;

/// Everything that a relay is opened with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the store.
    pub data_dir: PathBuf,
    /// The folder of compiled transforms. It may be shared by processes; what
    /// is in it can be made again.
    pub cache_dir: PathBuf,
    /// Threads that run transforms.
    pub sandbox_threads: usize,
    /// The program for child processes: `exe compile-worker` compiles a
    /// component, `exe index-check DATA_DIR` tries the index.
    pub child_exe: PathBuf,
    /// Address ranges that may be dialled although they are not public.
    pub allow_addresses: Vec<IpNet>,
    /// Hosts whose requests go to another origin, for stand-ins.
    pub routes: Vec<(HostPattern, DestinationUrl)>,
    /// PEM files of certificates that are trusted besides the system's.
    pub root_certificates: Vec<PathBuf>,
    /// What to do when the store lacks what it acknowledged.
    pub on_loss: OnLoss,
    /// What an accepted event may be.
    pub ingest: IngestCaps,
    /// Bytes that must be free on the disk to accept events.
    pub disk_free_bytes_min: u64,
    /// Milliseconds for which finished and parked deliveries are kept.
    pub history_ms: u64,
    /// Sample events that an upload is tried on which brings none of its own:
    /// one of each type.
    pub samples: Vec<Sample>,
    /// Tenants, sources, endpoints, credentials, transforms.
    pub declared: Declared,
}

impl Config {
    pub(crate) fn sandbox(&self) -> hookmill_sandbox::Config {
        hookmill_sandbox::Config {
            threads: self.sandbox_threads,
            compile: Compile::Child {
                exe: self.child_exe.clone(),
            },
            ..hookmill_sandbox::Config::new(&self.cache_dir)
        }
    }

    pub(crate) fn egress(&self) -> hookmill_egress::Config {
        hookmill_egress::Config {
            policy: AddressPolicy::public_only().allowing(self.allow_addresses.iter().copied()),
            routes: self.routes.clone(),
            extra_roots: self.root_certificates.clone(),
            ..hookmill_egress::Config::default()
        }
    }

    pub(crate) fn store(&self, index: IndexTrust) -> StoreConfig {
        StoreConfig {
            index,
            backlog_deliveries_max: self.ingest.backlog_deliveries_max,
            disk_free_bytes_min: self.disk_free_bytes_min,
            on_loss: self.on_loss,
            ..StoreConfig::new(worker::store_dir(&self.data_dir))
        }
    }
}
