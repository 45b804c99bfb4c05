//! What any store must do, whatever engine is behind it: scenarios over
//! `Arc<dyn Store>`, which a backend opens and reopens.

pub(crate) mod accepting;
pub(crate) mod fixtures;
pub(crate) mod leasing;
pub(crate) mod listing;
pub(crate) mod model;
pub(crate) mod parking;
pub(crate) mod registry;
pub(crate) mod settling;
pub(crate) mod sweeping;

use hookmill_store::Store;
use std::sync::Arc;

/// A store that can be closed and opened again.
pub(crate) trait Backend {
    /// Opens the store; what it held is there.
    fn open(&self) -> Arc<dyn Store>;
}

/// Closes a store and opens it again.
pub(crate) async fn reopen(backend: &dyn Backend, store: Arc<dyn Store>) -> Arc<dyn Store> {
    store.close().await;
    drop(store);
    backend.open()
}

/// Every scenario, each by its name.
#[macro_export]
macro_rules! conformance {
    ($backend:expr) => {
        $crate::conformance!(@ $backend,
            accepting: [
                a_repeat_with_another_body_answers_the_first_id_and_stores_nothing,
                a_repeat_is_known_after_delivery_and_after_a_restart,
                twins_in_one_call_and_in_concurrent_calls_are_one_event,
                fan_outs_of_none_one_and_ten_deliver_to_each_endpoint_once,
                bodies_from_empty_to_a_mebibyte_come_back_byte_for_byte,
                the_same_key_from_another_source_is_another_event,
                what_does_not_fit_is_refused_whole,
            ],
            leasing: [
                a_leased_delivery_is_not_leased_again,
                a_lane_is_served_in_the_order_in_which_its_deliveries_are_due,
                a_claim_takes_no_more_than_its_maximum_and_only_of_its_lanes,
                an_expired_lease_is_freed_by_the_sweep_and_its_token_fenced,
                an_extended_lease_outlives_its_first_end,
                a_restart_voids_leases_and_fences_their_tokens,
                a_backlog_larger_than_memory_windows_is_served_once_each,
                a_clock_that_steps_back_stalls_nothing,
                due_names_lanes_and_the_next_instant,
                changed_wakes_a_waiting_dispatcher,
            ],
            settling: [
                a_retry_keeps_the_request_bytes_and_counts_on,
                a_release_consumes_no_attempt_number,
                a_token_settles_once,
                a_settlement_is_reported_when_it_is_durable,
                an_event_is_finished_when_its_last_delivery_ends,
                attempts_are_shown_with_all_their_parts,
                concurrent_settlements_of_one_event_finish_it_once,
                an_event_can_be_read_at_any_moment_of_its_end,
                a_restart_resumes_everything,
            ],
            listing: [
                a_tenants_events_are_paged_newest_first,
                events_are_filtered_by_type_and_time,
                attempts_are_listed_by_endpoint_and_status,
                what_happened_is_counted_by_the_hour,
                lists_are_the_same_after_a_restart,
            ],
            parking: [
                a_parked_delivery_is_listed_and_replayed_with_its_request,
                a_replay_can_run_the_transform_again,
                a_replay_of_what_is_not_parked_does_nothing,
                parked_deliveries_are_paged_latest_first,
                one_of_ten_parked_deliveries_is_replayed_alone,
                a_replayed_delivery_can_be_parked_again,
            ],
            sweeping: [
                the_sweep_removes_old_finished_events_and_their_keys,
                the_sweep_keeps_parked_and_undelivered_events,
                the_sweep_stays_within_its_budget,
            ],
            registry: [
                reconciling_says_what_was_added_changed_and_removed,
                a_disabled_endpoint_stays_so_until_its_declaration_changes,
                an_endpoint_that_somebody_disabled_waits_to_be_enabled,
                what_a_disabled_endpoint_would_get_stays_in_the_queue,
            ],
        );
    };
    (@ $backend:expr, $($group:ident: [$($name:ident,)*],)*) => {
        $(mod $group {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                conformance::$group::$name(&$backend).await;
            })*
        })*
    };
}
