//! The thread that makes runs of what is recent, and larger ones of smaller
//! ones.

use super::merge::{self, MergeError};
use super::recent::{RECENT_LEN_MAX, Recent};
use super::run::Run;
use crate::shared::Shared;
use crossbeam_channel::{Receiver, Sender};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

/// Wakes the thread; it ends when all of these are gone.
#[derive(Clone)]
pub(crate) struct MakerHandle(Sender<()>);

impl MakerHandle {
    pub(crate) fn new() -> (Self, Receiver<()>) {
        let (wake, woken) = crossbeam_channel::bounded(1);
        (Self(wake), woken)
    }

    /// Tells that there may be something to do.
    pub(crate) fn wake(&self) {
        // It knows already when there is no room, and has ended when nobody
        // receives.
        let _ = self.0.try_send(());
    }
}

/// Starts the thread, which ends when `stop`'s other end is dropped.
pub(crate) fn start(
    shared: Arc<Shared>,
    woken: Receiver<()>,
    stop: Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("store-runs".to_owned())
        .spawn(move || {
            loop {
                crossbeam_channel::select! {
                    recv(woken) -> _ => {}
                    recv(stop) -> _ => return,
                }
                let failure = Arc::clone(&shared.failure);
                let step = AssertUnwindSafe(|| make(&shared));
                match catch_unwind(step) {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        failure.fail(format!("the journal's tables failed: {error}"));
                        return;
                    }
                    Err(_) => {
                        failure.fail("making a run panicked".to_owned());
                        return;
                    }
                }
            }
        })
}

fn make(shared: &Shared) -> Result<(), MergeError> {
    flush(shared)?;
    let floor = shared.floor();
    // What is all of frames that are gone.
    for run in shared.runs.get().iter().take_while(|run| run.to() <= floor) {
        shared.runs.replace(&[Arc::clone(run)], None)?;
    }
    while let Some(parts) = merge::choose(&shared.runs.get()) {
        let path = merge::merge(shared.runs.folder(), &parts, floor)?;
        let whole = path.map(|path| Run::open(&path)).transpose()?;
        shared.runs.replace(&parts, whole)?;
    }
    Ok(())
}

/// Writes what is recent as a run, when that is much.
fn flush(shared: &Shared) -> Result<(), MergeError> {
    let (recent, to, durable) = {
        let mut state = shared.lock();
        if state.projection.recent.len() < RECENT_LEN_MAX {
            return Ok(());
        }
        let to = state.tail.end();
        let next = Recent::new(to);
        let recent = Arc::new(std::mem::replace(&mut state.projection.recent, next));
        state.flushing = Some(Arc::clone(&recent));
        let durable = state.wait();
        shared.commit(state);
        (recent, to, durable)
    };
    // A run must never be ahead of the journal.
    if shared.wait_blocking(durable).is_err() {
        return Ok(());
    }
    let path = merge::write(shared.runs.folder(), &recent, to)?;
    shared.runs.push(Run::open(&path)?);
    shared.lock().flushing = None;
    Ok(())
}
