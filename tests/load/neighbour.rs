//! What runs beside the tenant that is measured: a second tenant, ordinary or
//! hostile, that wants more processor time than there is, or loops outside of
//! the relay that do. What the measured tenant loses beside another tenant and
//! not beside those loops is the sandbox's fault.

use crate::generator;
use crate::moments::Moments;
use crate::{Options, Rate};
use clap::ValueEnum;
use hookmill_tests::folder::Folder;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tokio::task::JoinHandle;

/// What takes the processors from the measured tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Neighbour {
    /// Nothing does.
    None,
    /// No tenant: a loop for each processor, in this program.
    Loops,
    /// A tenant with some milliseconds of work for each event, and far more events than the
    /// machine has time for.
    Busy,
    /// A tenant whose transforms loop until their deadline.
    Hostile,
}

/// The second tenant, its source, and the name of its files.
const NAME: &str = "neighbour";

/// Work of a few milliseconds.
const BUSY: &str = "let sum = 0; for (let i = 0; i < 50000; i++) sum += i % 7; webhook.cancel = sum > 0; return webhook;";

const HOSTILE: &str = "for (;;);";

impl Neighbour {
    /// The second tenant's work, and its events a second: more than can be
    /// run.
    fn tenant(self) -> Option<(&'static str, u64)> {
        match self {
            Self::None | Self::Loops => None,
            Self::Busy => Some((BUSY, 1_000)),
            Self::Hostile => Some((HOSTILE, 50)),
        }
    }

    /// Declares the second tenant. Nothing of it is ever sent.
    pub(crate) fn declare(self, text: &mut String) {
        if self.tenant().is_none() {
            return;
        }
        // Writing to a String can't fail.
        let _ = write!(
            text,
            "[tenants.{NAME}.sources.dodo]\npath = \"{NAME}\"\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n\
             [tenants.{NAME}.transforms.t]\nfile = \"{NAME}.js\"\n\
             [tenants.{NAME}.endpoints.e]\nurl = \"http://127.0.0.1:9/\"\ntransform = \"t\"\n"
        );
    }

    /// Writes its handler.
    pub(crate) fn write(self, folder: &Folder) {
        if let Some((work, _)) = self.tenant() {
            let handler = format!("function handler(webhook) {{ {work} }}\n");
            folder.write(&format!("{NAME}.js"), &handler);
        }
    }

    /// Begins to take processor time, until the answer is dropped.
    pub(crate) fn start(self, to: SocketAddr, options: &Options) -> Option<Beside> {
        if self == Self::Loops {
            return Some(Beside::loops());
        }
        let (_, rate) = self.tenant()?;
        let options = Options {
            rate: Rate::PerSecond(rate),
            connections: 4,
            seconds: options.seconds + 2,
            ..options.clone()
        };
        let publishing = async move {
            let moments = Moments::new(0);
            let paths = vec![format!("/in/{NAME}")];
            generator::run(to, &options, paths, &moments, 0..u64::MAX).await;
        };
        Some(Beside::Tenant(tokio::spawn(publishing)))
    }
}

/// What takes processor time until it is dropped.
pub(crate) enum Beside {
    /// Publishes the second tenant's events.
    Tenant(JoinHandle<()>),
    /// Threads that run for as long as this is true.
    Loops(Arc<AtomicBool>),
}

impl Beside {
    fn loops() -> Self {
        let runs = Arc::new(AtomicBool::new(true));
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let runs = Arc::clone(&runs);
            thread::spawn(move || while runs.load(Ordering::Relaxed) {});
        }
        Self::Loops(runs)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        match self {
            Self::Tenant(publishing) => publishing.abort(),
            Self::Loops(runs) => runs.store(false, Ordering::Relaxed),
        }
    }
}
