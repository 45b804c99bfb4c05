//! One attempt at one delivery: transform, compose, send, decide.
//!
//! Gives what is to be settled; it does not settle, and decides nothing about
//! retries itself ([`next_step`] does).

use crate::clock;
use crate::registry::{Registry, Route, Running};
use hookmill_domain::attempt::{Attempt, AttemptOutcome, RunUsage, SendFailure};
use hookmill_domain::caps::RESPONSE_BYTES_KEPT;
use hookmill_domain::compose::{self, permitted};
use hookmill_domain::event::Event;
use hookmill_domain::fault::{Fault, FaultCode};
use hookmill_domain::request::{Method, Request};
use hookmill_domain::retry::{AttemptEnd, EndpointEffect, NextStep, RetryPolicy, next_step};
use hookmill_domain::webhook::Webhook;
use hookmill_domain::{EndpointId, UnixMs};
use hookmill_egress::{Client, Outbound, Response};
use hookmill_sandbox::{Invocation, Sandbox};
use hookmill_store::{Leased, Next, ParkReason, Settlement};
use std::time::Instant;

/// Milliseconds after which a delivery that we could not work on is tried
/// again. It counts as no attempt.
const OUR_FAILURE_DELAY_MS: u64 = 200;

/// What an attempt came to.
pub(crate) struct Finished {
    pub(crate) settlement: Settlement,
    pub(crate) effect: EndpointEffect,
}

/// What an attempt needs besides the delivery.
pub(crate) struct Attempter<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) client: &'a Client,
}

/// What is known when an attempt ends.
struct Ended {
    end: AttemptEnd,
    outcome: AttemptOutcome,
    /// The request to keep: made by this attempt, or none.
    request: Option<Request>,
    run: Option<RunUsage>,
    logs: String,
}

impl Attempter<'_> {
    /// Makes the next attempt at a leased delivery.
    pub(crate) async fn attempt(&self, leased: Leased) -> Finished {
        let started_at = clock::now();
        let clock_at_start = Instant::now();
        let route = self.registry.route(leased.endpoint);
        let ended = match route {
            // Disabled since it was claimed: it waits.
            Some(_) if self.registry.disabled(leased.endpoint).is_some() => None,
            Some(route) => self.run_and_send(route, &leased).await,
            None => Some(unavailable(leased.endpoint)),
        };
        let now = clock::now();
        let Some(ended) = ended else {
            return released(leased, now);
        };
        let fallback = RetryPolicy::default();
        let policy = route.map_or(&fallback, |route| &route.endpoint.retry);
        let random = u64::from_be_bytes(clock::random());
        // A replay begins the schedule anew.
        let along_schedule = leased.attempt.saturating_sub(leased.first_attempt) + 1;
        let (step, effect) = next_step(policy, along_schedule, ended.end, now, random);
        let attempt = Attempt {
            number: leased.attempt,
            started_at,
            duration_us: u64::try_from(clock_at_start.elapsed().as_micros()).unwrap_or(u64::MAX),
            outcome: match step {
                NextStep::RetryAt {
                    held_back_ms: Some(ms),
                    ..
                } => held_back(ended.outcome, ms),
                _ => ended.outcome,
            },
            run: ended.run,
            logs: ended.logs,
        };
        Finished {
            settlement: Settlement {
                token: leased.token,
                attempt: Some(attempt),
                next: next(step, ended.request),
                now,
            },
            effect,
        }
    }

    /// None when we, not the tenant or the destination, failed: the delivery is
    /// released.
    async fn run_and_send(&self, route: &Route, leased: &Leased) -> Option<Ended> {
        if let Some(request) = &leased.request {
            let (end, outcome) = self.send(route, leased, request).await;
            return Some(Ended {
                end,
                outcome,
                request: None,
                run: None,
                logs: String::new(),
            });
        }
        let transformed = self.transform(route, leased).await?;
        let (run, logs) = (transformed.usage, transformed.logs);
        let (end, outcome, request) = match transformed.result {
            Ok(Webhook::Cancel(_)) => (AttemptEnd::Canceled, AttemptOutcome::Canceled, None),
            Ok(Webhook::Send(request)) => {
                let (end, outcome) = self.send(route, leased, &request).await;
                (end, outcome, Some(request))
            }
            Err(fault) => (
                AttemptEnd::Fault(fault.code),
                AttemptOutcome::Fault(fault),
                None,
            ),
        };
        Some(Ended {
            end,
            outcome,
            request,
            run,
            logs,
        })
    }

    async fn transform(&self, route: &Route, leased: &Leased) -> Option<Transformed> {
        let program = match route.running() {
            Running::Program(program) => program,
            Running::Nothing => return Some(Transformed::unchanged(route, &leased.event)),
            // The dispatcher does not claim for such an endpoint.
            Running::Waiting => return None,
        };
        let tenant = route.endpoint.tenant;
        let _place = self.registry.sandbox_place(tenant).await;
        let invocation = invocation(route, leased);
        let run = match self.sandbox.run(tenant, &program, invocation).await {
            Ok(run) => run,
            Err(error) => {
                tracing::warn!(
                    tenant.name = self.registry.tenant_name(tenant), endpoint.name = route.endpoint.name,
                    delivery.id = %leased.delivery, error = %error, "the sandbox could not take a run");
                return None;
            }
        };
        let logs = run.log_with_warnings();
        Some(Transformed {
            result: run
                .outcome
                .and_then(|webhook| permitted(&route.endpoint, webhook)),
            usage: Some(run.usage),
            logs,
        })
    }

    async fn send(
        &self,
        route: &Route,
        leased: &Leased,
        request: &Request,
    ) -> (AttemptEnd, AttemptOutcome) {
        let endpoint = &route.endpoint;
        let event = leased.event.id.to_string();
        let signature = compose::signature(endpoint, &event, clock::now(), request);
        let outbound = Outbound {
            request,
            layers: compose::layers(endpoint, request, signature.as_ref()),
            connect_timeout_ms: endpoint.delivery.connect_timeout_ms,
            timeout_ms: endpoint.delivery.request_timeout_ms,
            response_bytes_kept: RESPONSE_BYTES_KEPT,
        };
        match self.client.send(outbound).await {
            Ok(response) => (
                AttemptEnd::Response {
                    status: response.status,
                    retry_after_ms: response.retry_after_ms,
                },
                AttemptOutcome::Response {
                    status: response.status,
                    note: note(&response),
                    body: response.body,
                },
            ),
            Err(error) => {
                let end = match error.kind {
                    SendFailure::Timeout => AttemptEnd::Timeout,
                    SendFailure::Forbidden | SendFailure::EndpointUnavailable => {
                        AttemptEnd::Forbidden
                    }
                    SendFailure::Dns
                    | SendFailure::Connection
                    | SendFailure::Tls
                    | SendFailure::UnreadableAnswer => AttemptEnd::Unreachable,
                };
                let outcome = AttemptOutcome::SendFailed {
                    kind: error.kind,
                    message: error.message,
                };
                (end, outcome)
            }
        }
    }
}

/// A transform's result, or the event itself where there is no transform.
struct Transformed {
    result: Result<Webhook, Fault>,
    usage: Option<RunUsage>,
    logs: String,
}

impl Transformed {
    fn unchanged(route: &Route, event: &Event) -> Self {
        let url = route.endpoint.url.as_str();
        let request = Request::try_new(url, Method::Post, Vec::new(), event.body.clone());
        Self {
            result: request
                .map(Webhook::Send)
                .map_err(|error| Fault::new(FaultCode::InvalidResult, error.to_string())),
            usage: None,
            logs: String::new(),
        }
    }
}

/// What is to be said of an answer.
fn note(response: &Response) -> String {
    let redirect = match (response.status, &response.location) {
        (301 | 302 | 303 | 307 | 308, Some(location)) => format!(
            "redirects are not followed: this one leads to `{location}`; if that is right, make it the URL of the endpoint or of the handler's request"
        ),
        (301 | 302 | 303 | 307 | 308, None) => {
            "redirects are not followed, and this one does not say where it leads".to_owned()
        }
        _ => String::new(),
    };
    joined(redirect, &response.note)
}

/// Says why the next attempt comes later than its schedule has it.
fn held_back(outcome: AttemptOutcome, ms: u64) -> AttemptOutcome {
    let seconds = ms / 1_000;
    match outcome {
        AttemptOutcome::Response { status, body, note } => {
            let why = format!(
                "after a 429 without `Retry-After` the next attempt comes no sooner than {seconds} s"
            );
            AttemptOutcome::Response {
                status,
                body,
                note: joined(note, &why),
            }
        }
        AttemptOutcome::SendFailed { kind, message } => {
            let why = format!("after a time-out the next attempt comes no sooner than {seconds} s");
            AttemptOutcome::SendFailed {
                kind,
                message: joined(message, &why),
            }
        }
        other => other,
    }
}

/// Two sentences, of which either may be empty.
fn joined(mut first: String, second: &str) -> String {
    if !first.is_empty() && !second.is_empty() {
        first.push_str("; ");
    }
    first.push_str(second);
    first
}

fn invocation(route: &Route, leased: &Leased) -> Invocation {
    let (endpoint, event) = (&route.endpoint, &leased.event);
    Invocation {
        event_type: event.event_type.clone(),
        url: endpoint.url.as_str().to_owned(),
        method: Method::Post,
        headers: Vec::new(),
        content_type: endpoint.content_type().map(str::to_owned),
        payload: event.body.clone(),
        event_id: event.id.to_string(),
        delivery_id: leased.delivery.to_string(),
        received_at: event.received_at,
        env: endpoint.env.clone(),
        params: event.params.clone(),
        caps: endpoint.sandbox,
    }
}

fn unavailable(endpoint: EndpointId) -> Ended {
    Ended {
        end: AttemptEnd::Forbidden,
        outcome: AttemptOutcome::SendFailed {
            kind: SendFailure::EndpointUnavailable,
            message: format!("endpoint {endpoint} is no longer declared"),
        },
        request: None,
        run: None,
        logs: String::new(),
    }
}

fn released(leased: Leased, now: UnixMs) -> Finished {
    Finished {
        settlement: Settlement {
            token: leased.token,
            attempt: None,
            next: Next::Release {
                at: now.plus_ms(OUR_FAILURE_DELAY_MS),
            },
            now,
        },
        effect: EndpointEffect::None,
    }
}

fn next(step: NextStep, request: Option<Request>) -> Next {
    match step {
        NextStep::Delivered => Next::Delivered,
        NextStep::Canceled => Next::Canceled,
        NextStep::RetryAt { at, .. } => Next::RetryAt { at, request },
        NextStep::DeadLetter => Next::Park {
            reason: ParkReason::DeadLetter,
            request,
        },
        NextStep::TransformFailed => Next::Park {
            reason: ParkReason::TransformFailed,
            request,
        },
    }
}
