//! The signals that a process is sent, caught from the moment that it asks for
//! them: none but those that stop it ends it.

use std::io;
use tokio::signal::unix::{self, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// To end (SIGTERM, SIGINT).
    Stop,
    /// To read files anew (SIGHUP).
    Reload,
    /// Nothing: this one has no meaning here.
    Ignored(&'static str),
}

/// The signals that are caught. One that comes several times before it is asked
/// for counts once.
pub(crate) struct Signals {
    terminate: unix::Signal,
    interrupt: unix::Signal,
    hangup: unix::Signal,
    first_user: unix::Signal,
    second_user: unix::Signal,
}

impl Signals {
    /// Catches them. Call it within an async runtime.
    ///
    /// # Errors
    /// The system does not let a signal be caught.
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            first_user: signal(SignalKind::user_defined1())?,
            second_user: signal(SignalKind::user_defined2())?,
        })
    }

    /// Completes when the process is to end. Others are kept for
    /// [`Signals::next`].
    pub(crate) async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// The next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hangup.recv() => Signal::Reload,
            _ = self.first_user.recv() => Signal::Ignored("SIGUSR1"),
            _ = self.second_user.recv() => Signal::Ignored("SIGUSR2"),
        }
    }
}
