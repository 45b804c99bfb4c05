//! Turns of tenants: each has so many at once, whatever is free, so that a tenant
//! with much to do waits for itself.

use hookmill_domain::TenantId;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;

/// So many turns for each tenant at once.
#[derive(Debug)]
pub(crate) struct Turns(HashMap<TenantId, Arc<Semaphore>>);

impl Turns {
    /// For these tenants, which are all that may ever ask.
    pub(crate) fn new(tenants: impl IntoIterator<Item = TenantId>, at_once: usize) -> Self {
        let turns = |tenant| (tenant, Arc::new(Semaphore::new(at_once)));
        Self(tenants.into_iter().map(turns).collect())
    }

    /// Waits for the tenant's turn, which lasts until what is given back is
    /// dropped. A tenant's are given in the order of the calls.
    ///
    /// # Panics
    /// The tenant is not among those that this was made for.
    pub(crate) async fn turn(&self, tenant: TenantId) -> OwnedSemaphorePermit {
        let turns = self.0.get(&tenant).expect("the tenant is declared");
        let turn = Arc::clone(turns).acquire_owned().await;
        turn.expect("a turn's semaphore is never closed")
    }
}

/// Work that takes a processor: so much of it at once, a tenant's one after the
/// other.
#[derive(Debug)]
pub(crate) struct WorkInTurns {
    turns: Turns,
    threads: Arc<Semaphore>,
}

impl WorkInTurns {
    /// For these tenants, with so many threads for all of them.
    pub(crate) fn new(tenants: impl IntoIterator<Item = TenantId>, threads: usize) -> Self {
        Self {
            turns: Turns::new(tenants, 1),
            threads: Arc::new(Semaphore::new(threads)),
        }
    }

    /// Does the work in its tenant's turn, on a thread that may block. Work
    /// that has begun counts until it ends, also when nobody waits for it any
    /// more.
    ///
    /// # Errors
    /// The work panicked.
    ///
    /// # Panics
    /// The tenant is not among those that this was made for.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        tenant: TenantId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let turn = self.turns.turn(tenant).await;
        self.work(turn, work).await
    }

    /// Does work that belongs to no tenant: it waits for a thread and for nobody's turn.
    ///
    /// # Errors
    /// The work panicked.
    pub(crate) async fn without_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        self.work((), work).await
    }

    async fn work<T: Send + 'static>(
        &self,
        turn: impl Send + 'static,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let thread = Arc::clone(&self.threads).acquire_owned().await;
        tokio::task::spawn_blocking(move || {
            let _held = (thread, turn);
            work()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::{Turns, WorkInTurns};
    use hookmill_domain::TenantId;
    use std::future::Future as _;
    use std::task::{Context, Waker};

    fn tenant(number: u8) -> TenantId {
        TenantId::from_bytes([number; 16])
    }

    #[tokio::test]
    async fn a_tenant_that_has_its_turns_holds_up_nobody_else() {
        let turns = Turns::new([tenant(1), tenant(2)], 2);
        let held = (turns.turn(tenant(1)).await, turns.turn(tenant(1)).await);
        let mut context = Context::from_waker(Waker::noop());
        let mut third = Box::pin(turns.turn(tenant(1)));
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(turns.turn(tenant(2)).await);
        drop(held);
        drop(third.await);
    }

    #[tokio::test]
    async fn work_of_a_tenant_waits_for_its_own_alone() {
        let work = WorkInTurns::new([tenant(1), tenant(2)], 1);
        let under_way = work.turns.turn(tenant(1)).await;
        let mut waiting: Vec<_> = (0..100)
            .map(|_| Box::pin(work.in_turn(tenant(1), || ())))
            .collect();
        let mut context = Context::from_waker(Waker::noop());
        for one in &mut waiting {
            assert!(one.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(work.in_turn(tenant(2), || 7).await.ok(), Some(7));
        assert_eq!(work.without_turn(|| 8).await.ok(), Some(8));
        drop(under_way);
        for one in waiting {
            assert!(one.await.is_ok(), "each has its turn");
        }
    }
}
