//! Declared resources and disabled endpoints.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::TenantId;
use hookmill_store::{Disabled, DisabledUntil, Reconciled, ResourceId, ResourceRow, Store};

fn row(n: u64, declaration: &str) -> ResourceRow {
    ResourceRow {
        id: ResourceId::Endpoint(endpoint(n)),
        name: format!("tenant/{n}"),
        declaration: declaration.to_owned().into(),
    }
}

pub(crate) async fn reconciling_says_what_was_added_changed_and_removed(backend: &dyn Backend) {
    let tenant = ResourceRow {
        id: ResourceId::Tenant(TenantId::named(&["tenant"])),
        name: "tenant".to_owned(),
        declaration: "t".into(),
    };
    let long = "d".repeat(30_000);
    let store = backend.open();
    let declared = vec![row(1, "a"), row(2, &long), tenant.clone()];
    let first = store
        .reconcile(declared.clone(), NOW)
        .await
        .expect("durable");
    assert_eq!(
        (first.added.len(), first.changed.len(), first.removed.len()),
        (3, 0, 0)
    );
    let store = reopen(backend, store).await;
    let same = store.reconcile(declared, NOW).await.expect("durable");
    assert_eq!(same, Reconciled::default());
    let other = vec![row(2, "short"), row(3, "c"), tenant];
    let second = store.reconcile(other.clone(), NOW).await.expect("durable");
    assert_eq!(second.added, [ResourceId::Endpoint(endpoint(3))]);
    assert_eq!(second.changed, [ResourceId::Endpoint(endpoint(2))]);
    let removed = (ResourceId::Endpoint(endpoint(1)), "tenant/1".to_owned());
    assert_eq!(second.removed, [removed]);
    let same = store.reconcile(other, NOW).await.expect("durable");
    assert_eq!(same, Reconciled::default());
}

fn disabled(n: u64, until: DisabledUntil) -> Disabled {
    Disabled {
        endpoint: endpoint(n),
        since: NOW,
        until,
        reason: "the destination said 410".to_owned(),
    }
}

async fn disabled_endpoints(store: &dyn Store) -> Vec<Disabled> {
    let mut rows = store.disabled_endpoints().await.expect("readable");
    rows.sort_by_key(|row| row.reason.clone());
    rows
}

pub(crate) async fn a_disabled_endpoint_stays_so_until_its_declaration_changes(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let declare = async |store: &dyn Store, rows| store.reconcile(rows, NOW).await;
    let both = vec![row(1, "a"), row(2, "b")];
    declare(&*store, both.clone()).await.expect("durable");
    for n in [1, 2] {
        let row = disabled(n, DisabledUntil::Redeclared);
        store.disable_endpoint(row).await.expect("durable");
    }
    let store = reopen(backend, store).await;
    declare(&*store, both).await.expect("durable");
    assert_eq!(disabled_endpoints(&*store).await.len(), 2);
    let changed = vec![row(1, "changed"), row(2, "b")];
    declare(&*store, changed).await.expect("durable");
    let second = disabled(2, DisabledUntil::Redeclared);
    assert_eq!(disabled_endpoints(&*store).await, [second]);
    let removed = vec![row(1, "changed")];
    declare(&*store, removed).await.expect("durable");
    assert!(disabled_endpoints(&*store).await.is_empty());
}

pub(crate) async fn an_endpoint_that_somebody_disabled_waits_to_be_enabled(backend: &dyn Backend) {
    let store = backend.open();
    let declared = vec![row(1, "a"), row(2, "b")];
    store.reconcile(declared, NOW).await.expect("durable");
    for n in [1, 2] {
        let row = disabled(n, DisabledUntil::Redeclared);
        store.disable_endpoint(row).await.expect("durable");
        // The later word holds.
        let row = disabled(n, DisabledUntil::Enabled);
        store.disable_endpoint(row).await.expect("durable");
    }
    store.enable_endpoint(endpoint(2)).await.expect("durable");
    // A repeat is harmless.
    store.enable_endpoint(endpoint(2)).await.expect("durable");
    let store = reopen(backend, store).await;
    let changed = vec![row(1, "changed"), row(2, "changed")];
    store.reconcile(changed, NOW).await.expect("durable");
    let first = disabled(1, DisabledUntil::Enabled);
    assert_eq!(disabled_endpoints(&*store).await, [first]);
    // Who is gone is forgotten.
    store.reconcile(Vec::new(), NOW).await.expect("durable");
    assert!(disabled_endpoints(&*store).await.is_empty());
}

pub(crate) async fn what_a_disabled_endpoint_would_get_stays_in_the_queue(backend: &dyn Backend) {
    let store = backend.open();
    let row = disabled(1, DisabledUntil::Enabled);
    store.disable_endpoint(row).await.expect("durable");
    let events = (0..5).map(|n| event(n, &[1, 2])).collect();
    store.accept(events).await.expect("durable");
    assert_eq!(drain(&*store, &[2], NOW).await.len(), 5);
    let lanes = vec![endpoint(1), endpoint(2), endpoint(3)];
    let store = reopen(backend, store).await;
    let queued = store.queued(lanes.clone(), 3).await;
    assert_eq!(queued, Ok(vec![3, 0, 0]), "counted up to a limit");
    let leased = lease(&*store, &[1], 2, NOW).await;
    assert_eq!(leased.len(), 2, "who claims is the caller's decision");
    let queued = store.queued(lanes, 1_000).await;
    assert_eq!(queued, Ok(vec![5, 0, 0]), "leased ones are in the queue");
}
