//! The sticky failure. After a write that failed nobody knows what is on the
//! disk, so nothing is acknowledged any more until the process starts anew.

use crate::StoreError;
use std::sync::OnceLock;
use tokio::sync::watch;

/// The first failure, for good.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: OnceLock<String>,
    flag: watch::Sender<bool>,
}

impl Failure {
    pub(crate) fn none() -> Self {
        Self {
            reason: OnceLock::new(),
            flag: watch::Sender::new(false),
        }
    }

    /// Fails, once; later reasons are logged only.
    pub(crate) fn fail(&self, reason: String) -> StoreError {
        tracing::error!(reason, "the store has failed");
        let first = self.reason.get_or_init(|| reason).clone();
        self.flag.send_replace(true);
        StoreError::Failed(first)
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }

    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.reason() {
            None => Ok(()),
            Some(reason) => Err(StoreError::Failed(reason.to_owned())),
        }
    }

    /// Completes when the store fails.
    pub(crate) async fn failed(&self) -> StoreError {
        let mut flag = self.flag.subscribe();
        // The sender is `self`: it is there for as long as this waits.
        let _ = flag.wait_for(|failed| *failed).await;
        StoreError::Failed(self.reason().unwrap_or("unknown").to_owned())
    }
}
