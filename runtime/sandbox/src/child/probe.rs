//! A task that tries what a child must not be able to do.
//!
//! Only a try shows whether the confinement holds on this very system; tests
//! and `hookmill doctor` ask for it. Where it does not hold, a try must do no
//! harm.

use super::confinement::Confinement;
use crate::caps::PROBED_DESCRIPTORS;
use rustix::process::{getppid, test_kill_process};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixDatagram;
use std::process::Command;

/// What a child could and could not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whether the child could give up its privileges. When not, the steps
    /// succeed, and only limits hold.
    pub is_confined: bool,
    /// What it tried.
    pub steps: Vec<ProbeStep>,
}

/// One thing that a child tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeStep {
    /// What.
    pub what: String,
    /// Whether the system refused it.
    pub is_refused: bool,
}

impl Probe {
    pub(super) fn from_answer(confinement: Confinement, answer: &[u8]) -> Result<Self, String> {
        Ok(Self {
            is_confined: confinement == Confinement::Full,
            steps: serde_json::from_slice(answer).map_err(|error| error.to_string())?,
        })
    }

    /// What a confined child could do all the same.
    pub fn leaks(&self) -> impl Iterator<Item = &str> {
        let leaks = self.steps.iter().filter(|step| !step.is_refused);
        leaks.map(|step| step.what.as_str())
    }
}

/// The child's side.
pub(super) fn perform() -> Vec<u8> {
    let steps = [
        step("use a descriptor of its parent", descriptors()),
        step("open a file", File::open("/etc/passwd")),
        step("list a folder", std::fs::read_dir("/proc/self/fd")),
        step("make a folder", std::fs::create_dir("/proc/self/hookmill")),
        step("make a UDP socket", UdpSocket::bind("127.0.0.1:0")),
        step("make a TCP socket", TcpListener::bind("127.0.0.1:0")),
        step("make a local socket", UnixDatagram::unbound()),
        step("start a program", start()),
        step("signal its parent", signal()),
        step("trace its parent", trace()),
    ];
    serde_json::to_vec(&steps).expect("texts and flags are JSON")
}

/// Only a refusal counts, not that there was nothing to be had.
fn step<T>(what: &str, tried: io::Result<T>) -> ProbeStep {
    let refused = |error: io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    ProbeStep {
        what: what.to_owned(),
        is_refused: tried.err().is_some_and(refused),
    }
}

fn descriptors() -> io::Result<()> {
    // Those that are open can be closed.
    let open = PROBED_DESCRIPTORS.filter(|descriptor| nix::unistd::close(*descriptor).is_ok());
    match open.count() {
        0 => Err(io::ErrorKind::PermissionDenied.into()),
        _ => Ok(()),
    }
}

fn start() -> io::Result<()> {
    let mut child = Command::new("/proc/self/exe").arg("--version").spawn()?;
    child.wait().map(|_| ())
}

/// The signal 0 is only asked for.
fn signal() -> io::Result<()> {
    let parent = getppid().ok_or(io::ErrorKind::NotFound)?;
    Ok(test_kill_process(parent)?)
}

/// Does not stop it, and ends with this process.
fn trace() -> io::Result<()> {
    let options = nix::sys::ptrace::Options::empty();
    Ok(nix::sys::ptrace::seize(nix::unistd::getppid(), options)?)
}
