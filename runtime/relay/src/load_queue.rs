//! The programs that are to be loaded: in which order, why, and what came of
//! them so far.

use crate::load_key::LoadKey;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Why a program is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LoadReason {
    /// It was not, yet.
    Start,
    /// Files are read anew.
    Reload,
}

/// What came of loading a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadOutcome {
    /// It runs from now on.
    New,
    /// It runs from now on, and its file is another than the one that was
    /// declared.
    NewFile,
    /// It runs already.
    Unchanged,
    /// It can't be run.
    Refused,
    /// We failed: it has to be tried again.
    Later,
}

/// What is to be loaded.
#[derive(Debug, Default)]
pub(crate) struct LoadQueue {
    state: Mutex<State>,
    added: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: BTreeMap<LoadKey, LoadReason>,
    under_way: Option<(LoadKey, LoadReason)>,
    counts: ReloadCounts,
    /// A file runs that is another than the one that was declared.
    has_changed: bool,
}

/// What came of reading files anew, so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReloadCounts {
    pub(crate) new: usize,
    pub(crate) unchanged: usize,
    pub(crate) refused: usize,
}

impl LoadQueue {
    /// Programs that are still to be loaded.
    pub(crate) fn left(&self) -> usize {
        let state = self.lock();
        state.waiting.len() + usize::from(state.under_way.is_some())
    }

    pub(crate) fn add(&self, keys: impl IntoIterator<Item = LoadKey>, reason: LoadReason) {
        let mut state = self.lock();
        for key in keys {
            let waiting = state.waiting.entry(key).or_insert(reason);
            *waiting = reason.max(*waiting);
        }
        drop(state);
        self.added.notify_one();
    }

    /// Takes the next one: the first of these that is to be loaded, or any.
    pub(crate) fn take(
        &self,
        wanted: impl IntoIterator<Item = LoadKey>,
    ) -> Option<(LoadKey, LoadReason)> {
        let mut state = self.lock();
        let wanted = wanted.into_iter();
        let mut wanted = wanted.filter_map(|key| state.waiting.remove_entry(&key));
        let next = wanted.next();
        drop(wanted);
        let next = next.or_else(|| state.waiting.pop_first());
        state.under_way.clone_from(&next);
        next
    }

    /// Notes what came of the one that was taken; gives the counts when it was
    /// the last of files that were read anew.
    pub(crate) fn done(&self, reason: LoadReason, loaded: LoadOutcome) -> Option<ReloadCounts> {
        let mut state = self.lock();
        state.under_way = None;
        state.has_changed |= loaded == LoadOutcome::NewFile;
        if reason == LoadReason::Start {
            return None;
        }
        match loaded {
            LoadOutcome::New | LoadOutcome::NewFile => state.counts.new += 1,
            LoadOutcome::Unchanged => state.counts.unchanged += 1,
            LoadOutcome::Refused => state.counts.refused += 1,
            LoadOutcome::Later => return None,
        }
        let is_last = state
            .waiting
            .values()
            .all(|reason| *reason == LoadReason::Start);
        is_last.then(|| std::mem::take(&mut state.counts))
    }

    /// Whether files have changed and nothing is left to load: the declarations
    /// are recorded anew once for all of them.
    pub(crate) fn take_changed(&self) -> bool {
        let mut state = self.lock();
        state.waiting.is_empty() && std::mem::take(&mut state.has_changed)
    }

    /// Completes when something was added that may not be taken yet.
    pub(crate) async fn added(&self) {
        self.added.notified().await;
    }

    /// No change of the state panics half-way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookmill_domain::TenantId;
    use hookmill_domain::transform::WantedVersion;

    fn key(name: &str) -> LoadKey {
        LoadKey {
            tenant: TenantId::from_bytes([1; 16]),
            transform: name.to_owned(),
            wanted: WantedVersion::Active,
        }
    }

    fn taken(queue: &LoadQueue, wanted: &[&str]) -> Option<String> {
        let wanted = wanted.iter().map(|name| key(name));
        queue.take(wanted).map(|(key, _)| key.transform)
    }

    #[test]
    fn what_deliveries_wait_for_is_loaded_first() {
        let queue = LoadQueue::default();
        queue.add(["a", "b", "c"].map(key), LoadReason::Start);
        assert_eq!(taken(&queue, &["x", "c"]).as_deref(), Some("c"));
        assert_eq!(queue.left(), 3, "one of them is under way");
        queue.done(LoadReason::Start, LoadOutcome::New);
        // It is loaded already: the turn is the next one's.
        assert_eq!(taken(&queue, &["c"]).as_deref(), Some("a"));
        assert_eq!(taken(&queue, &[]).as_deref(), Some("b"));
        assert_eq!(taken(&queue, &["a"]), None);
    }

    #[test]
    fn changes_are_recorded_once_when_nothing_is_left_to_load() {
        let queue = LoadQueue::default();
        queue.add(["a", "b"].map(key), LoadReason::Reload);
        for is_last in [false, true] {
            assert!(taken(&queue, &[]).is_some());
            queue.done(LoadReason::Reload, LoadOutcome::NewFile);
            assert_eq!(queue.take_changed(), is_last);
        }
        assert!(!queue.take_changed(), "nothing has changed since");
    }

    #[test]
    fn a_second_reload_reads_again_what_the_first_has_read() {
        let queue = LoadQueue::default();
        queue.add(["a", "b"].map(key), LoadReason::Reload);
        assert_eq!(taken(&queue, &[]).as_deref(), Some("a"));
        queue.add(["a", "b"].map(key), LoadReason::Reload);
        assert!(queue.done(LoadReason::Reload, LoadOutcome::New).is_none());
        assert_eq!(taken(&queue, &[]).as_deref(), Some("a"));
        assert!(
            queue
                .done(LoadReason::Reload, LoadOutcome::Unchanged)
                .is_none()
        );
        assert_eq!(taken(&queue, &[]).as_deref(), Some("b"));
        let counts = queue.done(LoadReason::Reload, LoadOutcome::Refused);
        let counts = counts.expect("it was the last");
        assert_eq!((counts.new, counts.unchanged, counts.refused), (1, 1, 1));
        assert_eq!(queue.left(), 0);
    }
}
