//! The relay as a process: started, published to, asked, killed, restarted.

use crate::binary;
use crate::folder::Folder;
use crate::http::{self, Response};
use crate::signer;
use crate::wait::eventually;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};

/// The operator's key in tests.
pub const OPERATOR_KEY: &str = "operator-key-of-the-tests";

/// A running relay. Dropping it kills the process.
pub struct Relay {
    child: Child,
    address: SocketAddr,
    log: std::path::PathBuf,
}

/// The command that serves a folder, with the environment that the tests'
/// configurations refer to.
#[must_use]
pub fn command(folder: &Folder) -> Command {
    let mut command = Command::new(binary::hookmill());
    command
        .args(["serve", "--config"])
        .arg(folder.config())
        .env("DODO_SECRET", signer::SECRET)
        .env("OPERATOR_KEY", OPERATOR_KEY)
        .env("VENDOR_KEY", "vendor-key-of-the-tests")
        .env("SIGNING_SECRET", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .env("HOOKMILL_LOG", "debug")
        .stdin(Stdio::null());
    command
}

impl Relay {
    /// Starts a relay on a folder and waits until it listens.
    ///
    /// # Panics
    /// When it ends instead; its log is shown.
    #[must_use]
    pub fn start(folder: &Folder) -> Self {
        Self::spawn(command(folder), folder)
    }

    /// Starts a relay by this command and waits until it listens.
    ///
    /// # Panics
    /// When it ends instead; its log is shown.
    #[must_use]
    pub fn spawn(command: Command, folder: &Folder) -> Self {
        Self::spawn_watched(command, folder, |_| {})
    }

    /// Starts a relay by this command, and lets `watch` do something with the
    /// process while it starts.
    ///
    /// # Panics
    /// When it ends instead; its log is shown.
    #[must_use]
    pub fn spawn_watched(mut command: Command, folder: &Folder, watch: impl FnOnce(u32)) -> Self {
        let log = folder.path().join("relay.log");
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(file.expect("the log can be written"))
            .spawn()
            .expect("the binary starts");
        watch(child.id());
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let address = line.trim().strip_prefix("listening on http://");
        let address = read.ok().and(address).and_then(|text| text.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            let status = child.wait();
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            panic!("the relay does not listen ({line:?}, {status:?}):\n{log}");
        };
        Self {
            child,
            address,
            log,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Publishes a signed event to the source `dodo`.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn publish(&self, id: &str, body: &[u8]) -> Response {
        self.publish_to("dodo", id, body)
    }

    /// Publishes a signed event to a source whose secret is the tests' own.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn publish_to(&self, source: &str, id: &str, body: &[u8]) -> Response {
        let headers = signer::headers(signer::SECRET, id, body);
        let path = format!("/in/{source}");
        http::send(self.address, "POST", &path, &headers, body).expect("an answer")
    }

    /// Publishes an event that has to be accepted as new, and gives its id.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn accept(&self, id: &str, body: &[u8]) -> String {
        self.accept_at("dodo", id, body)
    }

    /// Publishes a signed event to the source at this path, which must accept it.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn accept_at(&self, source: &str, id: &str, body: &[u8]) -> String {
        let response = self.publish_to(source, id, body);
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, 202, "{text}");
        response.json()["id"].as_str().expect("an id").to_owned()
    }

    /// What became of an event.
    ///
    /// # Panics
    /// When there is no answer, or the event is unknown.
    #[must_use]
    pub fn event(&self, id: &str) -> Value {
        let key = ("authorization".to_owned(), format!("Bearer {OPERATOR_KEY}"));
        let path = format!("/api/v1/events/{id}");
        let response = http::send(self.address, "GET", &path, &[key], b"").expect("an answer");
        assert_eq!(response.status, 200, "{}", self.log());
        response.json()
    }

    /// Waits until none of the event's deliveries is pending.
    ///
    /// # Panics
    /// When that takes more than a minute; the log is shown.
    pub fn finished(&self, id: &str) -> Value {
        eventually(&format!("event {id} to finish"), || {
            let event = self.event(id);
            let deliveries = event["deliveries"].as_array().expect("a list").clone();
            let pending = deliveries.iter().any(|one| one["status"] == "pending");
            (!pending).then_some(event)
        })
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        send_signal(self.child.id(), signal);
    }

    /// Kills it at once: SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }

    /// Asks it to end: SIGTERM. Gives its exit status.
    ///
    /// # Panics
    /// When it does not end.
    #[must_use]
    pub fn terminate(self) -> ExitStatus {
        self.ask_to_end();
        self.ended()
    }

    /// Asks it to end, and does not wait for that.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn ask_to_end(&self) {
        self.signal(Signal::Terminate);
    }

    /// Waits until it has ended. Gives its exit status.
    ///
    /// # Panics
    /// When it does not end.
    #[must_use]
    pub fn ended(mut self) -> ExitStatus {
        eventually("the relay to end", || {
            self.child
                .try_wait()
                .expect("the process can be waited for")
        })
    }
}

/// The signals that tests send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    Hangup,
    /// SIGUSR1.
    User1,
    /// SIGUSR2.
    User2,
}

/// Sends a signal to a child of this process that was not waited for.
///
/// # Panics
/// When it can't be sent.
#[expect(
    unsafe_code,
    reason = "the standard library sends no signal but SIGKILL"
)]
pub fn send_signal(pid: u32, signal: Signal) {
    let pid = libc::pid_t::try_from(pid).expect("a process id");
    let signal = match signal {
        Signal::Interrupt => libc::SIGINT,
        Signal::Terminate => libc::SIGTERM,
        Signal::Hangup => libc::SIGHUP,
        Signal::User1 => libc::SIGUSR1,
        Signal::User2 => libc::SIGUSR2,
    };
    // SAFETY: kill(2) touches no memory, and the process is our child, so its
    // id belongs to no other process until it is waited for.
    let sent = unsafe { libc::kill(pid, signal) };
    assert_eq!(sent, 0, "the signal is sent");
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
