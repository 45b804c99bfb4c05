//! Sends requests: one pool of connections for all tenants, every limit on.
//!
//! No redirects (they would leave the checked URL), no proxy from the
//! environment (it would resolve names behind the policy's back). A request is
//! repeated only where the server is known not to have seen it (HTTP/2
//! `REFUSED_STREAM`, a kept connection that was closed before the first byte).

use crate::answer::{BodyEnd, Response, location, read_body};
use crate::caps::{
    HTTP2_CONNECTION_WINDOW_BYTES, HTTP2_HEADER_BYTES_MAX, HTTP2_STREAM_WINDOW_BYTES,
    IDLE_PER_HOST_MAX, IDLE_TIMEOUT, RESPONSE_FIELDS_MAX, UNPROCESSED_MAX,
};
use crate::connector::{self, Connector};
use crate::failure::{SendError, chain_text, is_refused_by_us, is_unbegun, is_unprocessed};
use crate::lookup::{GuardedResolver, Lookup};
use crate::policy::AddressPolicy;
use crate::retry_after::parse_retry_after_ms;
use crate::routes::Routes;
use crate::status_line::Head;
use crate::system_lookup::SystemLookup;
use crate::tap::LatestHead;
use crate::tls::{self, TlsSetupError};
use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::coding::Codings;
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::headers::{HeaderLayers, USER_AGENT, merge_headers};
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::request::{Method, Request};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, HOST, InvalidHeaderValue, RETRY_AFTER};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, timeout_at};

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which addresses may be dialled.
    pub policy: AddressPolicy,
    /// The `user-agent` of requests that don't set their own.
    pub user_agent: String,
    /// Hosts whose requests go to another origin (scheme, host and port of the
    /// URL); the first match counts.
    pub routes: Vec<(HostPattern, DestinationUrl)>,
    /// Files of PEM certificates that are trusted besides the system's.
    pub extra_roots: Vec<PathBuf>,
}

impl Default for Config {
    /// Public addresses, [`USER_AGENT`], the system's certificates.
    fn default() -> Self {
        Self {
            policy: AddressPolicy::public_only(),
            user_agent: USER_AGENT.to_owned(),
            routes: Vec::new(),
            extra_roots: Vec::new(),
        }
    }
}

/// A client can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate file, or the machine's cryptography.
    #[error(transparent)]
    Tls(#[from] TlsSetupError),
    /// The user agent can't stand in a header.
    #[error("the user agent must be visible ASCII")]
    UserAgent(#[source] InvalidHeaderValue),
}

/// A request and what goes with it this time.
#[derive(Clone)]
pub struct Outbound<'a> {
    /// The stored request.
    pub request: &'a Request,
    /// The header fields around it.
    pub layers: HeaderLayers<'a>,
    /// Milliseconds for name lookup, connection and TLS handshake together,
    /// where a connection has to be made.
    pub connect_timeout_ms: u64,
    /// Milliseconds from now to the end of the response.
    pub timeout_ms: u64,
    /// Bytes of the response body to keep; what is beyond is not read.
    pub response_bytes_kept: usize,
}

impl fmt::Debug for Outbound<'_> {
    // Header fields, URL and body may all hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound")
            .field("method", &self.request.method())
            .field("host", &self.request.url().host_str())
            .field("timeout_ms", &self.timeout_ms)
            .finish_non_exhaustive()
    }
}

/// Sends requests. Cheap to clone; all clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: HttpClient<Connector, Full<Bytes>>,
    policy: AddressPolicy,
    routes: Routes,
    user_agent: HeaderValue,
}

impl Client {
    /// A client that asks the system for addresses.
    ///
    /// # Errors
    /// [`ClientError`]: an unreadable certificate file or a bad user agent.
    pub fn new(config: Config) -> Result<Self, ClientError> {
        Self::with_lookup(config, Arc::new(SystemLookup::default()))
    }

    /// A client that asks `lookup` for addresses. They are checked like any.
    ///
    /// # Errors
    /// [`ClientError`]: an unreadable certificate file or a bad user agent.
    pub fn with_lookup(config: Config, lookup: Arc<dyn Lookup>) -> Result<Self, ClientError> {
        let user_agent =
            HeaderValue::from_str(&config.user_agent).map_err(ClientError::UserAgent)?;
        let tls = tls::client_config(&config.extra_roots)?;
        let resolver = GuardedResolver::new(lookup, config.policy.clone());
        let http = HttpClient::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .http1_max_headers(RESPONSE_FIELDS_MAX)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .http2_max_header_list_size(HTTP2_HEADER_BYTES_MAX)
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW_BYTES)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW_BYTES)
            .build(Connector::new(resolver, tls));
        Ok(Self {
            http,
            policy: config.policy,
            routes: Routes::new(config.routes),
            user_agent,
        })
    }

    /// Sends a request once and gives the response's status and the beginning
    /// of its body. Whatever the status, an answer is not an error; and once there
    /// is a status, neither is anything that follows. Takes no longer than the
    /// request's timeout.
    ///
    /// # Errors
    /// [`SendError`] when no status came: no address, no connection, no TLS,
    /// no answer in time or one that can't be read, or not allowed.
    pub async fn send(&self, outbound: Outbound<'_>) -> Result<Response, SendError> {
        let deadline = Instant::now() + Duration::from_millis(outbound.timeout_ms);
        let mut unprocessed = 0;
        loop {
            let mut request = self.prepare(&outbound)?;
            let connection = capture_connection(&mut request);
            let sent = connector::within(outbound.connect_timeout_ms, self.http.request(request));
            return match timeout_at(deadline, sent).await {
                Ok(Ok(response)) => Ok(read(response, &outbound, deadline).await),
                Ok(Err(error)) if is_unprocessed(&error) && unprocessed < UNPROCESSED_MAX => {
                    unprocessed += 1;
                    continue;
                }
                Ok(Err(error)) => without_head(&error, &connection),
                Err(_) => timed_out(outbound.timeout_ms, &connection),
            };
        }
    }

    fn prepare(&self, outbound: &Outbound<'_>) -> Result<http::Request<Full<Bytes>>, SendError> {
        let request = outbound.request;
        let mut headers = merge_headers(request, &outbound.layers, &self.user_agent)
            .map_err(|header| SendError::unsendable(&header))?;
        let destination = request.destination();
        let (dialled, uri) = match self.routes.reroute(destination) {
            Some(rerouted) => {
                headers.insert(HOST, rerouted.host);
                (rerouted.origin, rerouted.uri)
            }
            None => (destination, destination.uri().clone()),
        };
        // The HTTP client dials an address in a URL without asking a resolver.
        let literal = match dialled.as_url().host() {
            Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        if let Some(ip) = literal {
            self.policy.check(ip).map_err(SendError::forbidden)?;
        }
        let body = match request.method() {
            Method::Get => Full::default(),
            // The HTTP library leaves the length of nothing out, which some
            // servers answer with 411 (RFC 9110, section 8.6).
            Method::Post | Method::Put | Method::Patch if request.body().is_empty() => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                Full::default()
            }
            _ => Full::new(request.body().clone()),
        };
        let mut prepared = http::Request::new(body);
        *prepared.method_mut() = method(request.method());
        *prepared.uri_mut() = uri;
        *prepared.headers_mut() = headers;
        Ok(prepared)
    }
}

async fn read(
    response: http::Response<Incoming>,
    outbound: &Outbound<'_>,
    deadline: Instant,
) -> Response {
    let (head, body) = response.into_parts();
    let codings = Codings::of(&head.headers);
    let body = read_body(codings, body, outbound.response_bytes_kept, deadline).await;
    let retry_after = head.headers.get(RETRY_AFTER);
    Response {
        status: head.status.as_u16(),
        retry_after_ms: retry_after
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after_ms(value, now())),
        location: location(&head.headers),
        body: body.bytes,
        body_end: body.end,
        note: body.note,
    }
}

/// The HTTP library gave up. The status that came by then counts.
fn without_head(
    error: &(dyn std::error::Error + 'static),
    connection: &CaptureConnection,
) -> Result<Response, SendError> {
    // On the connection of a request that was not begun, the latest answer is
    // another request's.
    let is_begun = connection.connection_metadata().is_some() && !is_unbegun(error);
    match latest_head(connection) {
        _ if !is_begun => Err(SendError::unanswered(error)),
        Some(Head::Status { status, .. }) => {
            let problem = chain_text(error);
            Ok(Response::status_alone(status, BodyEnd::Broken, &problem))
        }
        Some(Head::Unclear) => Err(SendError::unreadable(error)),
        None if is_refused_by_us(error) => Err(SendError::unreadable(error)),
        Some(Head::Silent) | None => Err(SendError::unanswered(error)),
    }
}

/// The time is up, and the HTTP library still waits for the head's end.
fn timed_out(timeout_ms: u64, connection: &CaptureConnection) -> Result<Response, SendError> {
    match latest_head(connection) {
        // A whole head would have been an answer: it is another request's.
        Some(Head::Status {
            status,
            is_whole: false,
        }) => {
            let problem = format!("it did not end within {timeout_ms} ms");
            Ok(Response::status_alone(status, BodyEnd::TimedOut, &problem))
        }
        _ => Err(SendError::timed_out(timeout_ms)),
    }
}

/// The head of the latest answer on a request's connection, as far as it came;
/// none without a connection, or over HTTP/2.
fn latest_head(connection: &CaptureConnection) -> Option<Head> {
    let metadata = connection.connection_metadata();
    let mut extensions = http::Extensions::new();
    metadata.as_ref()?.get_extras(&mut extensions);
    let latest: LatestHead = extensions.remove()?;
    Some(latest.head())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
        Method::Get => http::Method::GET,
    }
}

fn now() -> UnixMs {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixMs(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
}
