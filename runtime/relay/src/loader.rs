//! Loading the programs that are declared, in the background: at the start and
//! whenever files are to be read anew.
//!
//! Nobody waits for it but the deliveries of the endpoints concerned, which
//! stay in the queue: the port is open meanwhile. One program is loaded at a
//! time, first those that deliveries wait for. What can't be loaded is told
//! and keeps nobody else.

use crate::clock;
use crate::relay::Relay;
use crate::slot::Content;
use crate::transform_file;
use crate::uploads::{self, UploadError, blocking};
use hookmill_domain::TenantId;
use hookmill_domain::program::ProgramDigest;
use hookmill_domain::transform::{TransformRef, WantedVersion};
use hookmill_sandbox::LoadError;
use hookmill_store::library::LibraryError;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How long to wait after we, not the program, failed.
const OUR_FAILURE_DELAY: Duration = Duration::from_secs(1);

/// A program to load: a transform of a tenant's, and which of its versions. A
/// file is the active one.
pub(crate) type LoadKey = (TenantId, String, WantedVersion);

/// Why a program is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// It was not, yet.
    Start,
    /// Files are read anew.
    Reload,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loaded {
    /// It runs from now on.
    New,
    /// It runs already.
    Unchanged,
    /// It can't be run.
    Refused,
    /// We failed: it has to be tried again.
    Later,
}

/// What is to be loaded.
#[derive(Debug, Default)]
pub(crate) struct Loader {
    queue: Mutex<Queue>,
    work: Notify,
    idle: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: BTreeMap<LoadKey, Why>,
    under_way: Option<(LoadKey, Why)>,
    tally: Tally,
    /// A file runs that is another than the one that was declared.
    has_changed: bool,
}

/// What came of reading files anew, so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    new: usize,
    unchanged: usize,
    refused: usize,
}

impl Loader {
    /// Programs that are still to be loaded.
    pub(crate) fn left(&self) -> usize {
        let queue = self.lock();
        queue.waiting.len() + usize::from(queue.under_way.is_some())
    }

    fn add(&self, keys: impl IntoIterator<Item = LoadKey>, why: Why) {
        let mut queue = self.lock();
        for key in keys {
            let waiting = queue.waiting.entry(key).or_insert(why);
            *waiting = why.max(*waiting);
        }
        drop(queue);
        self.work.notify_one();
    }

    /// Takes the next one: the first of these that is to be loaded, or any.
    fn take(&self, wanted: impl IntoIterator<Item = LoadKey>) -> Option<(LoadKey, Why)> {
        let mut queue = self.lock();
        let wanted = wanted.into_iter();
        let mut wanted = wanted.filter_map(|key| queue.waiting.remove_entry(&key));
        let next = wanted.next();
        drop(wanted);
        let next = next.or_else(|| queue.waiting.pop_first());
        queue.under_way.clone_from(&next);
        next
    }

    /// Notes what came of the one that was taken; the tally when it was the
    /// last of files that were read anew.
    fn done(&self, why: Why, loaded: Loaded) -> Option<Tally> {
        let mut queue = self.lock();
        queue.under_way = None;
        if queue.waiting.is_empty() {
            self.idle.notify_waiters();
        }
        if why == Why::Start {
            return None;
        }
        match loaded {
            Loaded::New => queue.tally.new += 1,
            Loaded::Unchanged => queue.tally.unchanged += 1,
            Loaded::Refused => queue.tally.refused += 1,
            Loaded::Later => return None,
        }
        let is_last = queue.waiting.values().all(|why| *why == Why::Start);
        is_last.then(|| std::mem::take(&mut queue.tally))
    }

    /// Notes that a file runs that is another than the one that was declared.
    fn note_changed(&self) {
        self.lock().has_changed = true;
    }

    /// Whether files have changed and nothing is left to load: the declarations
    /// are recorded anew once for all of them.
    fn take_changed(&self) -> bool {
        let mut queue = self.lock();
        queue.waiting.is_empty() && std::mem::take(&mut queue.has_changed)
    }

    /// No change of the queue panics half-way.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Loads what is to be loaded until `stop` turns true.
pub(crate) async fn run(relay: Arc<Relay>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let due = relay.store.due(clock::now()).lanes.into_iter();
        let due = due.filter_map(|lane| relay.registry.route(lane)?.load_key());
        let Some((key, why)) = relay.loader.take(due) else {
            tokio::select! {
                () = relay.loader.work.notified() => {}
                _ = stop.changed() => {}
            }
            continue;
        };
        tokio::select! {
            loaded = relay.load(&key, why) => relay.note_loaded(key, why, loaded),
            _ = stop.changed() => {}
        }
        if relay.loader.take_changed() {
            relay.redeclare().await;
        }
    }
}

impl Relay {
    /// Has everything loaded that is declared.
    pub(crate) fn load_all(&self) {
        self.loader.add(self.registry.load_keys(), Why::Start);
    }

    /// Completes when every program was loaded or refused.
    pub async fn loaded(&self) {
        loop {
            let idle = self.loader.idle.notified();
            if self.loader.left() == 0 {
                return;
            }
            idle.await;
        }
    }

    /// Reads the files of transforms anew, in the background, and tries again
    /// what could not be loaded. Each that changed runs as soon as it is
    /// loaded; where one can't be loaded the one before goes on. What came of
    /// each is logged. Called again meanwhile, it begins anew.
    pub fn reload(&self) {
        let keys: Vec<_> = self.registry.reload_keys().collect();
        tracing::info!(
            transforms = keys.len(),
            "the files of transforms are read anew"
        );
        self.loader.add(keys, Why::Reload);
    }

    fn note_loaded(self: &Arc<Self>, key: LoadKey, why: Why, loaded: Loaded) {
        let tally = self.loader.done(why, loaded);
        match loaded {
            Loaded::New => self.dispatcher.wake(),
            Loaded::Later => {
                let relay = Arc::clone(self);
                tokio::spawn(async move {
                    tokio::time::sleep(OUR_FAILURE_DELAY).await;
                    relay.loader.add([key], why);
                });
            }
            Loaded::Unchanged | Loaded::Refused => {}
        }
        if let Some(Tally {
            new,
            unchanged,
            refused,
        }) = tally
        {
            tracing::info!(
                reloaded = new,
                unchanged,
                refused,
                "the files of transforms were read anew"
            );
        }
    }

    async fn load(&self, key: &LoadKey, why: Why) -> Loaded {
        let (tenant, name, wanted) = key;
        if self.registry.file(*tenant, name).is_some() {
            self.load_file(*tenant, name, why).await
        } else {
            self.load_upload(*tenant, name, *wanted).await
        }
    }

    async fn load_file(&self, tenant: TenantId, name: &str, why: Why) -> Loaded {
        let (Some(file), Some(slot)) = (
            self.registry.file(tenant, name),
            self.registry.slot(tenant, name, WantedVersion::Active),
        ) else {
            return Loaded::Unchanged;
        };
        let declared = file.declared.clone();
        let refused = |error: &(dyn Error + 'static)| {
            let runs_on = slot.is_ready();
            slot.fill(Content::Unusable(one_line(error).into()));
            let path = declared.file.display();
            let tenant = &declared.tenant_name;
            if runs_on {
                tracing::error!(
                    tenant.name = tenant, transform.name = name, file = %path, error,
                    "a transform's file was refused: the one that was read before goes on"
                );
            } else {
                tracing::error!(
                    tenant.name = tenant, transform.name = name, file = %path, error,
                    "a transform can't be loaded: its endpoints wait; mend the file and send SIGHUP"
                );
            }
            Loaded::Refused
        };
        let reading = declared.clone();
        let bytes = match blocking(move || transform_file::read(&reading)).await {
            Ok(bytes) => bytes,
            Err(error) => return refused(&error),
        };
        let digest = ProgramDigest::of(&bytes);
        let before = file.digest();
        if slot.is_ready() && before.as_ref() == Some(&digest) {
            tracing::info!(
                tenant.name = declared.tenant_name, transform.name = name, program.digest = %digest,
                "the transform's file is unchanged"
            );
            return Loaded::Unchanged;
        }
        let (sandbox, loading) = (self.sandbox.clone(), declared.clone());
        let load = move || transform_file::load(&sandbox, &loading, &bytes);
        let program = match self.uploads.workshop.wait_for_turn(load).await {
            Ok(program) => program,
            Err(error) if ours(&error) => return self.later(tenant, name, &error),
            Err(error) => return refused(&error),
        };
        slot.set(program);
        file.set_digest(digest);
        if why == Why::Reload {
            tracing::info!(
                tenant.name = declared.tenant_name, transform.name = name,
                program.digest = %digest,
                program.digest_before = before.as_ref().map(ToString::to_string),
                "the transform was reloaded from its file"
            );
        } else {
            tracing::debug!(
                tenant.name = declared.tenant_name, transform.name = name, program.digest = %digest,
                "the transform is loaded"
            );
        }
        if before != Some(digest) {
            self.loader.note_changed();
        }
        Loaded::New
    }

    async fn load_upload(&self, tenant: TenantId, name: &str, wanted: WantedVersion) -> Loaded {
        let Some(slot) = self.registry.slot(tenant, name, wanted) else {
            return Loaded::Unchanged;
        };
        let error: UploadError = match self.find_version(tenant, name, wanted).await {
            Ok(None) => {
                slot.fill(Content::NoVersion);
                return Loaded::Unchanged;
            }
            Ok(Some(version)) => {
                let sandbox = self.sandbox.clone();
                let library = Arc::clone(&self.uploads.library);
                let load = move || uploads::load_version(&sandbox, &library, &version);
                match self.uploads.workshop.wait_for_turn(load).await {
                    Ok(program) => {
                        slot.fill(Content::Program(program));
                        return Loaded::New;
                    }
                    Err(error @ UploadError::Sandbox(_)) => {
                        return self.later(tenant, name, &error);
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error.into(),
        };
        slot.fill(Content::Unusable(one_line(&error).into()));
        let name = name.to_owned();
        tracing::error!(
            tenant.name = self.registry.tenant_name(tenant),
            transform.name = %TransformRef { name, version: wanted },
            error = &error as &dyn Error,
            "an uploaded transform can't be loaded: its endpoints wait for a version that can, or for SIGHUP"
        );
        Loaded::Refused
    }

    async fn find_version(
        &self,
        tenant: TenantId,
        name: &str,
        wanted: WantedVersion,
    ) -> Result<Option<uploads::Version>, LibraryError> {
        let versions = self.read_versions(tenant, name).await?;
        Ok(match wanted {
            WantedVersion::Active => versions.active().cloned(),
            WantedVersion::Pinned(number) => versions.get(number).cloned(),
        })
    }

    fn later(&self, tenant: TenantId, name: &str, error: &(dyn Error + 'static)) -> Loaded {
        tracing::warn!(
            tenant.name = self.registry.tenant_name(tenant),
            transform.name = name,
            error,
            "a transform could not be loaded for want of something of ours: it is tried again"
        );
        Loaded::Later
    }
}

fn ours(error: &LoadError) -> bool {
    matches!(error, LoadError::Unavailable { .. })
}

/// An error with its causes, in one line.
fn one_line(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> LoadKey {
        let tenant = TenantId::from_bytes([1; 16]);
        (tenant, name.to_owned(), WantedVersion::Active)
    }

    fn taken(loader: &Loader, wanted: &[&str]) -> Option<String> {
        let wanted = wanted.iter().map(|name| key(name));
        loader.take(wanted).map(|((_, name, _), _)| name)
    }

    #[test]
    fn what_deliveries_wait_for_is_loaded_first() {
        let loader = Loader::default();
        loader.add(["a", "b", "c"].map(key), Why::Start);
        assert_eq!(taken(&loader, &["x", "c"]).as_deref(), Some("c"));
        assert_eq!(loader.left(), 3, "one of them is under way");
        loader.done(Why::Start, Loaded::New);
        // It is loaded already: the turn is the next one's.
        assert_eq!(taken(&loader, &["c"]).as_deref(), Some("a"));
        assert_eq!(taken(&loader, &[]).as_deref(), Some("b"));
        assert_eq!(taken(&loader, &["a"]), None);
    }

    #[test]
    fn changes_are_recorded_once_when_nothing_is_left_to_load() {
        let loader = Loader::default();
        loader.add(["a", "b"].map(key), Why::Reload);
        for is_last in [false, true] {
            assert!(taken(&loader, &[]).is_some());
            loader.note_changed();
            loader.done(Why::Reload, Loaded::New);
            assert_eq!(loader.take_changed(), is_last);
        }
        assert!(!loader.take_changed(), "nothing has changed since");
    }

    #[test]
    fn a_second_reload_reads_again_what_the_first_has_read() {
        let loader = Loader::default();
        loader.add(["a", "b"].map(key), Why::Reload);
        assert_eq!(taken(&loader, &[]).as_deref(), Some("a"));
        loader.add(["a", "b"].map(key), Why::Reload);
        assert!(loader.done(Why::Reload, Loaded::New).is_none());
        assert_eq!(taken(&loader, &[]).as_deref(), Some("a"));
        assert!(loader.done(Why::Reload, Loaded::Unchanged).is_none());
        assert_eq!(taken(&loader, &[]).as_deref(), Some("b"));
        let tally = loader.done(Why::Reload, Loaded::Refused);
        let tally = tally.expect("it was the last");
        assert_eq!((tally.new, tally.unchanged, tally.refused), (1, 1, 1));
        assert_eq!(loader.left(), 0);
    }
}
