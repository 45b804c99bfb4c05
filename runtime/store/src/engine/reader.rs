//! A thread that reads, so that no async worker blocks on a page that is not in
//! memory.

use super::failure::Failure;
use crate::StoreError;
use crossbeam_channel::{Receiver, Sender};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Where reads are handed in.
pub(crate) struct Reader {
    jobs: Sender<Option<Job>>,
    failure: Arc<Failure>,
}

impl Reader {
    /// Starts a thread of this name.
    pub(crate) fn start(name: &str, failure: Arc<Failure>) -> io::Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = crossbeam_channel::unbounded();
        let ending = Arc::clone(&failure);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&inbox, &ending))?;
        Ok((Self { jobs, failure }, thread))
    }

    /// Runs a read on the thread. It runs to its end even when the caller
    /// stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            // A caller that is gone needs no answer.
            let _ = reply.send(read());
        });
        self.jobs.send(Some(job)).map_err(|_| StoreError::Closed)?;
        tokio::select! {
            biased;
            answer = answer => answer.map_err(|_| match self.failure.check() {
                Err(failed) => failed,
                Ok(()) => StoreError::Closed,
            }),
            failed = self.failure.failed() => Err(failed),
        }
    }

    /// Ends the thread after what was handed in before.
    pub(crate) fn stop(&self) {
        // It has ended already when nobody receives.
        let _ = self.jobs.send(None);
    }
}

fn run(inbox: &Receiver<Option<Job>>, failure: &Failure) {
    while let Ok(Some(job)) = inbox.recv() {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            failure.fail("reading panicked: the store's files are damaged".to_owned());
        }
    }
}
