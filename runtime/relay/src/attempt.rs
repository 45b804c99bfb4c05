//! One attempt at one delivery: transform, compose, send.
//!
//! Gives what it came to. It settles nothing and decides nothing about what
//! follows.

use crate::attempt_note;
use crate::clock;
use crate::route::{Route, RouteProgram};
use crate::turns::Turns;
use hookmill_domain::EndpointId;
use hookmill_domain::attempt::{AttemptOutcome, RunUsage, SendFailure};
use hookmill_domain::caps::RESPONSE_BYTES_KEPT;
use hookmill_domain::compose::{self, permitted};
use hookmill_domain::event::Event;
use hookmill_domain::fault::{Fault, FaultCode};
use hookmill_domain::request::{Method, Request};
use hookmill_domain::retry::AttemptEnd;
use hookmill_domain::webhook::Webhook;
use hookmill_egress::{Client, Outbound};
use hookmill_sandbox::{Invocation, Sandbox};
use hookmill_store::Leased;

/// What an attempt needs besides the delivery.
pub(crate) struct Attempter<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) sandbox_turns: &'a Turns,
    pub(crate) client: &'a Client,
}

/// What an attempt came to.
pub(crate) struct AttemptResult {
    pub(crate) end: AttemptEnd,
    pub(crate) outcome: AttemptOutcome,
    /// The request to keep: made by this attempt, or none.
    pub(crate) request: Option<Request>,
    pub(crate) run: Option<RunUsage>,
    pub(crate) logs: String,
}

impl AttemptResult {
    /// Of an attempt without a run.
    fn sent((end, outcome): (AttemptEnd, AttemptOutcome)) -> Self {
        Self {
            end,
            outcome,
            request: None,
            run: None,
            logs: String::new(),
        }
    }

    /// Of an attempt that is not made, as its endpoint is not declared any
    /// more.
    pub(crate) fn undeclared(endpoint: EndpointId) -> Self {
        let outcome = AttemptOutcome::SendFailed {
            kind: SendFailure::EndpointUnavailable,
            message: format!("endpoint {endpoint} is no longer declared"),
        };
        Self::sent((AttemptEnd::Forbidden, outcome))
    }
}

impl Attempter<'_> {
    /// Makes the next attempt at a leased delivery; none when we, not the
    /// tenant or the destination, failed.
    pub(crate) async fn attempt(&self, route: &Route, leased: &Leased) -> Option<AttemptResult> {
        if let Some(request) = &leased.request {
            return Some(AttemptResult::sent(self.send(route, leased, request).await));
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
        Some(AttemptResult {
            end,
            outcome,
            request,
            run,
            logs,
        })
    }

    async fn transform(&self, route: &Route, leased: &Leased) -> Option<Transformed> {
        let program = match route.program() {
            RouteProgram::Ready(program) => program,
            RouteProgram::NotNeeded => return Some(Transformed::unchanged(route, &leased.event)),
            // The dispatcher does not claim for such an endpoint.
            RouteProgram::Waiting(_) => return None,
        };
        let tenant = route.endpoint.tenant;
        let _turn = self.sandbox_turns.turn(tenant).await;
        let invocation = invocation(route, leased);
        let run = match self.sandbox.run(tenant, &program, invocation).await {
            Ok(run) => run,
            Err(error) => {
                tracing::warn!(
                    tenant.name = &*route.tenant_name, endpoint.name = route.endpoint.name,
                    delivery.id = %leased.delivery, error = %error, "the sandbox could not take a run"
                );
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
                    note: attempt_note::of_answer(&response),
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
        let url = route.endpoint.url.destination().clone();
        let request = Request::try_for(url, Method::Post, Vec::new(), event.body.clone());
        Self {
            result: request
                .map(Webhook::Send)
                .map_err(|error| Fault::new(FaultCode::InvalidResult, error.to_string())),
            usage: None,
            logs: String::new(),
        }
    }
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
