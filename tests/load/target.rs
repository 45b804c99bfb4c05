//! What is measured: a relay, or the proxy in its place, as a child process.

use crate::body::HANDLER;
use crate::{Options, Transform};
use hookmill_tests::binary::root;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// Whatever takes the generator's events.
pub(crate) enum Target {
    /// The relay, on a folder that it must outlive.
    Relay(
        Relay,
        #[expect(dead_code, reason = "it is removed when dropped")] Folder,
    ),
    /// The proxy.
    Proxy(Child, SocketAddr),
}

impl Target {
    /// A relay with an endpoint for each of these destinations.
    pub(crate) fn relay(options: &Options, sinks: &[SocketAddr]) -> Self {
        let folder = folder(options, sinks);
        Self::Relay(start(&folder), folder)
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
            Self::Relay(relay, _) => relay.address(),
            Self::Proxy(_, address) => *address,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        match self {
            Self::Relay(relay, _) => relay.pid(),
            Self::Proxy(child, _) => child.id(),
        }
    }

    /// Ends it; a relay is let finish.
    pub(crate) fn stop(self) {
        match self {
            Self::Relay(relay, _) => drop(relay.terminate()),
            Self::Proxy(mut child, _) => {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

/// Starts a relay that logs warnings only.
pub(crate) fn start(folder: &Folder) -> Relay {
    let mut command = hookmill_tests::relay::command(folder);
    command.env("HOOKMILL_LOG", "warn");
    Relay::spawn(command, folder)
}

/// A folder on the project's own disk: a temporary folder may be in memory,
/// where nothing is ever synced.
pub(crate) fn folder(options: &Options, sinks: &[SocketAddr]) -> Folder {
    let mut declarations = match options.transform {
        Transform::None => String::new(),
        Transform::Js => "[tenants.acme.transforms.t]\nfile = \"handler.js\"\n".to_owned(),
        Transform::Rust => {
            let component = root().join("target/guests/segment.wasm");
            format!("[tenants.acme.transforms.t]\nfile = {component:?}\n")
        }
    };
    for (index, sink) in sinks.iter().enumerate() {
        let transform = match options.transform {
            Transform::None => "",
            Transform::Js | Transform::Rust => "transform = \"t\"\n",
        };
        let _ = write!(
            declarations,
            "[tenants.acme.endpoints.e{index}]\nurl = \"http://{sink}/\"\nhosts = [\"127.0.0.1\", \"api.segment.io\"]\nconcurrency_max = 256\nretry = {{ delays_s = [3600] }}\n{transform}"
        );
    }
    if let (Transform::Rust, Some(sink)) = (options.transform, sinks.first()) {
        let _ = write!(
            declarations,
            "[egress.routes]\n\"api.segment.io\" = \"http://{sink}\"\n"
        );
    }
    let folder = Folder::beneath(&root().join("target"), &declarations);
    folder.write("handler.js", HANDLER);
    folder
}
