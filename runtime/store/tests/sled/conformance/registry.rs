//! Declared resources and disabled endpoints.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::TenantId;
use hookmill_store::{Reconciled, ResourceId, ResourceRow};

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

pub(crate) async fn a_disabled_endpoint_stays_so_until_its_declaration_changes(
    backend: &dyn Backend,
) {
    let store = backend.open();
    store
        .reconcile(vec![row(1, "a"), row(2, "b")], NOW)
        .await
        .expect("durable");
    for n in [1, 2] {
        let gone = "the destination said 410".to_owned();
        store
            .disable_endpoint(endpoint(n), gone, NOW)
            .await
            .expect("durable");
    }
    let store = reopen(backend, store).await;
    store
        .reconcile(vec![row(1, "a"), row(2, "b")], NOW)
        .await
        .expect("durable");
    assert_eq!(store.disabled_endpoints().await.expect("readable").len(), 2);
    store
        .reconcile(vec![row(1, "changed"), row(2, "b")], NOW)
        .await
        .expect("durable");
    assert_eq!(store.disabled_endpoints().await, Ok(vec![endpoint(2)]));
    store
        .reconcile(vec![row(1, "changed")], NOW)
        .await
        .expect("durable");
    assert_eq!(store.disabled_endpoints().await, Ok(Vec::new()));
}
