//! Loading programs while the relay serves: how many at once, whose turn it
//! is, and when to say no.
//!
//! Compiling takes a processor for seconds and events go on arriving, so one
//! program is loaded at a time. A tenant has one upload in the queue; its
//! others wait outside of it, and only so many: whoever uploads much waits for
//! himself.

use hookmill_domain::TenantId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Programs loaded at once.
const AT_ONCE: usize = 1;

/// Uploads of one tenant, the one that is loaded included.
const PER_TENANT_MAX: usize = 4;

/// Uploads of all tenants, each of which keeps its program in memory.
const ALL_MAX: usize = 32;

/// There is no room for another upload now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkshopFull {
    /// The tenant has too many under way.
    #[error(
        "{PER_TENANT_MAX} uploads of this tenant are under way, the most there may be; try again when one has ended"
    )]
    Tenant,
    /// All tenants together have.
    #[error("{ALL_MAX} uploads are under way, the most there may be; try again later")]
    All,
}

/// Lets programs be loaded in turn.
#[derive(Debug)]
pub(crate) struct Workshop {
    places: Arc<Semaphore>,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
}

#[derive(Debug)]
struct Tenant {
    uploads: usize,
    turn: Arc<Semaphore>,
}

impl Default for Workshop {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            tenants: Mutex::default(),
        }
    }
}

impl Workshop {
    /// Does the work in its tenant's turn, on a thread that may block. Work
    /// that has begun keeps its place until it ends, also when nobody waits for
    /// it any more.
    ///
    /// # Errors
    /// [`WorkshopFull`] at once when there is no room to wait in.
    pub(crate) async fn take_turn<T: Send + 'static>(
        self: &Arc<Self>,
        tenant: TenantId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkshopFull> {
        let entry = self.enter(tenant)?;
        let turn = Arc::clone(&entry.turn).acquire_owned().await;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let working = tokio::task::spawn_blocking(move || {
            // Neither semaphore is ever closed, so both were acquired.
            let _held = (place, turn, entry);
            work()
        });
        match working.await {
            Ok(done) => Ok(done),
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    /// Does work of our own, when nobody else's is under way: it waits for as
    /// long as that takes and counts as no tenant's.
    pub(crate) async fn wait_for_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let working = tokio::task::spawn_blocking(move || {
            let _held = place;
            work()
        });
        match working.await {
            Ok(done) => done,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        }
    }

    fn enter(self: &Arc<Self>, tenant: TenantId) -> Result<Entry, WorkshopFull> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = tenants.values().map(|tenant| tenant.uploads).sum();
        if all >= ALL_MAX {
            return Err(WorkshopFull::All);
        }
        let state = tenants.entry(tenant).or_insert_with(|| Tenant {
            uploads: 0,
            turn: Arc::new(Semaphore::new(1)),
        });
        if state.uploads >= PER_TENANT_MAX {
            return Err(WorkshopFull::Tenant);
        }
        state.uploads += 1;
        Ok(Entry {
            workshop: Arc::clone(self),
            tenant,
            turn: Arc::clone(&state.turn),
        })
    }
}

/// An upload that counts, until it is dropped.
struct Entry {
    workshop: Arc<Workshop>,
    tenant: TenantId,
    turn: Arc<Semaphore>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut tenants = self
            .workshop
            .tenants
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = tenants.get_mut(&self.tenant) {
            state.uploads -= 1;
            if state.uploads == 0 {
                tenants.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL_MAX, PER_TENANT_MAX, Workshop, WorkshopFull};
    use hookmill_domain::TenantId;
    use std::sync::{Arc, Mutex};

    fn tenant(number: u8) -> TenantId {
        TenantId::from_bytes([number; 16])
    }

    #[tokio::test]
    async fn a_tenant_with_many_uploads_waits_for_itself() {
        let workshop = Arc::new(Workshop::default());
        let order = Arc::new(Mutex::new(Vec::new()));
        let upload = |number: u8| {
            let (workshop, order) = (Arc::clone(&workshop), Arc::clone(&order));
            async move {
                let work = move || order.lock().expect("no panic").push(number);
                workshop.take_turn(tenant(number), work).await
            }
        };
        // Polled in this order before any work ends.
        let done = tokio::join!(upload(1), upload(1), upload(1), upload(2));
        assert_eq!(done, (Ok(()), Ok(()), Ok(()), Ok(())));
        let order = order.lock().expect("no panic");
        assert_eq!(*order, [1, 2, 1, 1]);
    }

    #[tokio::test]
    async fn there_is_room_for_so_many_and_it_comes_back() {
        let workshop = Arc::new(Workshop::default());
        let mut entries: Vec<_> = (0..PER_TENANT_MAX)
            .map(|_| workshop.enter(tenant(1)).expect("room"))
            .collect();
        assert_eq!(workshop.enter(tenant(1)).err(), Some(WorkshopFull::Tenant));
        for number in PER_TENANT_MAX..ALL_MAX {
            let number = u8::try_from(number).expect("few");
            entries.push(workshop.enter(tenant(number)).expect("room"));
        }
        assert_eq!(workshop.enter(tenant(200)).err(), Some(WorkshopFull::All));
        entries.clear();
        assert_eq!(workshop.take_turn(tenant(1), || 7).await, Ok(7));
        let left = workshop.tenants.lock().expect("no panic").len();
        assert_eq!(left, 0);
    }
}
