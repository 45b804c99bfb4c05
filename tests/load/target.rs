//! What is measured: a relay, or the proxy in its place, as a child process
//! that never outlives this program.

use crate::Options;
use crate::declared;
use crate::leash::Leash;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// Whatever takes the generator's events.
pub(crate) enum Target {
    /// The relay, on a folder that must outlive it.
    Relay(Held, Folder),
    /// The proxy.
    Proxy(Child, SocketAddr),
}

/// A relay on a leash.
pub(crate) struct Held {
    relay: Relay,
    leash: Leash,
}

impl Held {
    /// Starts a relay that logs warnings only.
    pub(crate) fn start(folder: &Folder) -> Self {
        let mut command = hookmill_tests::relay::command(folder);
        command.env("HOOKMILL_LOG", "warn");
        let relay = Relay::spawn(command, folder);
        let leash = Leash::hold(relay.pid());
        Self { relay, leash }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.relay.address()
    }

    /// Ends it at once: SIGKILL.
    pub(crate) fn kill(self) {
        self.leash.release();
        self.relay.kill();
    }
}

impl Target {
    /// A relay with an endpoint for each of these destinations.
    pub(crate) fn relay(options: &Options, sinks: &[SocketAddr]) -> Self {
        let folder = declared::folder(options, sinks);
        Self::Relay(Held::start(&folder), folder)
    }

    /// The proxy in front of this destination.
    pub(crate) fn proxy(sink: SocketAddr) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a program has a file"))
            .args(["proxy", &sink.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the proxy starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("an address");
        let address = line.trim().parse().expect("an address");
        Self::Proxy(child, address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Relay(held, _) => held.address(),
            Self::Proxy(_, address) => *address,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        match self {
            Self::Relay(held, _) => held.relay.pid(),
            Self::Proxy(child, _) => child.id(),
        }
    }

    /// Ends it, and shows what a relay has complained of.
    pub(crate) fn stop(self) {
        match self {
            Self::Relay(held, folder) => {
                complaints(&held.relay.log());
                held.kill();
                drop(folder);
            }
            Self::Proxy(mut child, _) => {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// A measurement of a relay that warns is one of something else.
fn complaints(log: &str) {
    if let Some(first) = log.lines().next() {
        eprintln!("the relay logged {} lines: {first}", log.lines().count());
    }
}
