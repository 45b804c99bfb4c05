//! The queue of programs that are compiled while the relay serves: how many at
//! once, whose turn it is, and when to say no.
//!
//! Compiling takes a processor for seconds and events go on arriving, so one
//! program is loaded at a time. A tenant has one upload in the queue; its
//! others wait outside of it, and only so many: a tenant that uploads much
//! waits for itself.

use crate::caps::{LOADS_AT_ONCE, UPLOADS_MAX, UPLOADS_PER_TENANT_MAX};
use crate::turns::WorkInTurns;
use hookmill_domain::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinError;

/// There is no room for another upload now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileQueueFull {
    /// The tenant has too many under way.
    #[error(
        "{UPLOADS_PER_TENANT_MAX} uploads of this tenant are under way, the most there may be; try again when one has ended"
    )]
    Tenant,
    /// All tenants together have too many.
    #[error("{UPLOADS_MAX} uploads are under way, the most there may be; try again later")]
    All,
}

/// Lets programs be loaded in turn.
#[derive(Debug)]
pub(crate) struct CompileQueue {
    loading: WorkInTurns,
    uploads: Arc<Uploads>,
}

/// The uploads that are loaded or wait for it: how many each tenant has.
#[derive(Debug, Default)]
struct Uploads(Mutex<HashMap<TenantId, usize>>);

impl CompileQueue {
    /// For these tenants.
    pub(crate) fn new(tenants: impl IntoIterator<Item = TenantId>) -> Self {
        Self {
            loading: WorkInTurns::new(tenants, LOADS_AT_ONCE),
            uploads: Arc::default(),
        }
    }

    /// Loads what a tenant uploaded, in its turn, on a thread that may block.
    /// What has begun counts until it ends, also when nobody waits for it any
    /// more.
    ///
    /// # Errors
    /// [`CompileQueueFull`] at once when there is no room to wait in.
    pub(crate) async fn load_upload<T: Send + 'static>(
        &self,
        tenant: TenantId,
        load: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CompileQueueFull> {
        let counted = self.uploads.count(tenant)?;
        let load = move || {
            let _counted = counted;
            load()
        };
        Ok(done(self.loading.in_turn(tenant, load).await))
    }

    /// Loads what is declared: it waits for as long as others are loaded, and
    /// counts as no tenant's.
    pub(crate) async fn load_declared<T: Send + 'static>(
        &self,
        load: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        done(self.loading.without_turn(load).await)
    }
}

/// Passes a panic of the work on.
fn done<T>(work: Result<T, JoinError>) -> T {
    work.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
}

impl Uploads {
    fn count(self: &Arc<Self>, tenant: TenantId) -> Result<CountedUpload, CompileQueueFull> {
        let mut counts = self.lock();
        if counts.values().sum::<usize>() >= UPLOADS_MAX {
            return Err(CompileQueueFull::All);
        }
        let count = counts.entry(tenant).or_default();
        if *count >= UPLOADS_PER_TENANT_MAX {
            return Err(CompileQueueFull::Tenant);
        }
        *count += 1;
        Ok(CountedUpload {
            uploads: Arc::clone(self),
            tenant,
        })
    }

    /// No change of the counts panics half-way.
    fn lock(&self) -> MutexGuard<'_, HashMap<TenantId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An upload that counts, until it is dropped.
#[derive(Debug)]
struct CountedUpload {
    uploads: Arc<Uploads>,
    tenant: TenantId,
}

impl Drop for CountedUpload {
    fn drop(&mut self) {
        let mut counts = self.uploads.lock();
        if let Some(count) = counts.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CompileQueue, CompileQueueFull, UPLOADS_MAX, UPLOADS_PER_TENANT_MAX};
    use hookmill_domain::TenantId;
    use std::sync::{Arc, Mutex};

    fn tenant(number: u8) -> TenantId {
        TenantId::from_bytes([number; 16])
    }

    #[tokio::test]
    async fn a_tenant_with_many_uploads_waits_for_itself() {
        let queue = CompileQueue::new([tenant(1), tenant(2)]);
        let order = Arc::new(Mutex::new(Vec::new()));
        let upload = |number: u8| {
            let order = Arc::clone(&order);
            let load = move || order.lock().expect("no panic").push(number);
            queue.load_upload(tenant(number), load)
        };
        // Polled in this order before any of them ends.
        let done = tokio::join!(upload(1), upload(1), upload(1), upload(2));
        assert_eq!(done, (Ok(()), Ok(()), Ok(()), Ok(())));
        let order = order.lock().expect("no panic");
        assert_eq!(*order, [1, 2, 1, 1]);
    }

    #[tokio::test]
    async fn there_is_room_for_so_many_and_it_comes_back() {
        let queue = CompileQueue::new([tenant(1)]);
        let count = |number| queue.uploads.count(tenant(number));
        let mut counted: Vec<_> = (0..UPLOADS_PER_TENANT_MAX)
            .map(|_| count(1).expect("room"))
            .collect();
        assert_eq!(count(1).err(), Some(CompileQueueFull::Tenant));
        for number in UPLOADS_PER_TENANT_MAX..UPLOADS_MAX {
            let number = u8::try_from(number).expect("few");
            counted.push(count(number).expect("room"));
        }
        assert_eq!(count(200).err(), Some(CompileQueueFull::All));
        counted.clear();
        assert_eq!(queue.load_upload(tenant(1), || 7).await, Ok(7));
        assert!(queue.uploads.lock().is_empty());
    }
}
