//! Following events: asks the relay again and again what became of them, and
//! gives each attempt once.

use crate::caps::{DEMO_EVENTS_MAX, DEMO_FOLLOW_PERIOD};
use crate::remote::RemoteRelay;
use anyhow::{Context as _, bail};
use hookmill_api::attempt::Attempt;
use hookmill_api::delivery::Delivery;
use hookmill_api::event::Event;
use hookmill_api::health::Ready;
use hookmill_domain::{DeliveryId, EventId};
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// An attempt that was made.
pub(super) struct NewAttempt {
    /// The event's type.
    pub(super) event_type: String,
    /// The endpoint's name; empty when it is not declared any more.
    pub(super) endpoint: String,
    /// The attempt.
    pub(super) attempt: Attempt,
    /// What followed: `retried`, or the delivery's status.
    pub(super) next: String,
}

/// Events that are followed, in the order in which they came.
pub(super) struct Follower<'r> {
    remote: &'r RemoteRelay,
    events: Vec<Followed>,
}

struct Followed {
    id: EventId,
    /// Attempts already given, by delivery.
    given: HashMap<DeliveryId, u32>,
    progress: Progress,
}

/// How far the deliveries of an event are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Some were not tried yet.
    Begun,
    /// Each was tried, and some will be again.
    Tried,
    /// Each came to its end.
    Ended,
}

impl<'r> Follower<'r> {
    /// Follows nothing yet.
    pub(super) fn new(remote: &'r RemoteRelay) -> Self {
        Self {
            remote,
            events: Vec::new(),
        }
    }

    /// Completes when every program was loaded or refused.
    ///
    /// # Errors
    /// The relay does not answer.
    pub(super) async fn wait_until_loaded(&self) -> anyhow::Result<()> {
        loop {
            let ready: Ready = get(self.remote, "/health/ready").await?;
            if ready.loading_transforms == 0 {
                return Ok(());
            }
            tokio::time::sleep(DEMO_FOLLOW_PERIOD).await;
        }
    }

    /// Follows one more event, once. Of too many the oldest is given up.
    pub(super) fn follow(&mut self, id: EventId) {
        if self.events.iter().any(|event| event.id == id) {
            return;
        }
        if self.events.len() == DEMO_EVENTS_MAX {
            self.events.remove(0);
        }
        self.events.push(Followed {
            id,
            given: HashMap::new(),
            progress: Progress::Begun,
        });
    }

    /// Whether each delivery of an event was tried, and given.
    pub(super) fn has_tried(&self, id: EventId) -> bool {
        let event = self.events.iter().find(|event| event.id == id);
        event.is_none_or(|event| event.progress != Progress::Begun)
    }

    /// The attempts that were made since this was asked last.
    ///
    /// # Errors
    /// The relay does not answer.
    pub(super) async fn new_attempts(&mut self) -> anyhow::Result<Vec<NewAttempt>> {
        let mut attempts = Vec::new();
        let going_on = |event: &&mut Followed| event.progress != Progress::Ended;
        for followed in self.events.iter_mut().filter(going_on) {
            let path = format!("/api/v1/events/{}", followed.id);
            let event: Event = get(self.remote, &path).await?;
            attempts.extend(followed.update(event));
        }
        Ok(attempts)
    }
}

impl Followed {
    fn update(&mut self, event: Event) -> Vec<NewAttempt> {
        self.progress = progress(&event.deliveries);
        let event_type = event.event_type;
        let mut attempts = Vec::new();
        for delivery in event.deliveries {
            let given = self.given.entry(delivery.id).or_default();
            let last = delivery.attempts.last().map_or(0, |it| it.number);
            let new = |attempt: &Attempt| attempt.number > *given;
            for attempt in delivery.attempts.into_iter().filter(new) {
                let is_over = attempt.number == last && delivery.status != "pending";
                let next = if is_over { &delivery.status } else { "retried" };
                attempts.push(NewAttempt {
                    event_type: event_type.clone(),
                    endpoint: delivery.endpoint.clone().unwrap_or_default(),
                    attempt,
                    next: next.to_owned(),
                });
            }
            *given = last;
        }
        attempts
    }
}

fn progress(deliveries: &[Delivery]) -> Progress {
    if deliveries.iter().all(|it| it.ended_at.is_some()) {
        Progress::Ended
    } else if deliveries.iter().all(|it| !it.attempts.is_empty()) {
        Progress::Tried
    } else {
        Progress::Begun
    }
}

async fn get<T: DeserializeOwned>(remote: &RemoteRelay, path: &str) -> anyhow::Result<T> {
    let answer = remote.get(path).await?;
    if !answer.is_success() {
        let text = String::from_utf8_lossy(&answer.body);
        bail!("{path}: the relay answered {}: {text}", answer.status);
    }
    serde_json::from_slice(&answer.body).with_context(|| format!("{path} can't be read"))
}
