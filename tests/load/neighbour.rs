//! A second tenant beside the one that is measured: an ordinary one that wants
//! more processor time than there is, or one whose transforms never end. What
//! the measured tenant loses beside the second and not beside the first is the
//! sandbox's fault.

use crate::generator;
use crate::sink::Moments;
use crate::{Options, Rate};
use clap::ValueEnum;
use hookmill_tests::folder::Folder;
use std::fmt::Write as _;
use std::net::SocketAddr;
use tokio::task::JoinHandle;

/// What the second tenant's transforms do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Neighbour {
    /// There is none.
    None,
    /// Some milliseconds of work for each event, and far more events than the
    /// machine has time for.
    Busy,
    /// Loops until their deadline.
    Hostile,
}

/// Its source, and the name of its files.
const NAME: &str = "neighbour";

/// Work of a few milliseconds.
const BUSY: &str = "let sum = 0; for (let i = 0; i < 50000; i++) sum += i % 7; webhook.cancel = sum > 0; return webhook;";

const HOSTILE: &str = "for (;;);";

impl Neighbour {
    /// Events a second: of either kind more than can be run.
    fn rate(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Busy => 1_000,
            Self::Hostile => 50,
        }
    }

    /// Declares the tenant. Nothing of it is ever sent.
    pub(crate) fn declare(self, text: &mut String) {
        if self == Self::None {
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
        let work = match self {
            Self::None => return,
            Self::Busy => BUSY,
            Self::Hostile => HOSTILE,
        };
        let handler = format!("function handler(webhook) {{ {work} }}\n");
        folder.write(&format!("{NAME}.js"), &handler);
    }

    /// Publishes its events until it is aborted.
    pub(crate) fn publish(self, to: SocketAddr, options: &Options) -> Option<JoinHandle<()>> {
        if self == Self::None {
            return None;
        }
        let options = Options {
            rate: Rate::PerSecond(self.rate()),
            connections: 4,
            seconds: options.seconds + 2,
            ..options.clone()
        };
        let publishing = async move {
            let moments = Moments::new(0);
            let paths = vec![format!("/in/{NAME}")];
            generator::run(to, &options, paths, &moments, u64::MAX).await;
        };
        Some(tokio::spawn(publishing))
    }
}
