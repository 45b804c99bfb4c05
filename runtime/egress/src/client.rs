//! Sends requests: one pool of connections for all tenants, every limit on.
//!
//! No redirects (they would leave the checked URL), no proxy from the
//! environment (it would resolve names behind the policy's back), no
//! decompression (a small response could unpack to gigabytes). A request is
//! repeated only where the server is known not to have seen it (HTTP/2
//! `REFUSED_STREAM`, a kept connection that was closed before the first byte).

use crate::failure::SendError;
use crate::headers::{HeaderLayers, merge_headers};
use crate::lookup::{GuardedResolver, Lookup};
use crate::policy::AddressPolicy;
use crate::retry_after::parse_retry_after_ms;
use crate::routes::Routes;
use crate::system_lookup::SystemLookup;
use crate::tls::{self, TlsSetupError};
use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::caps::DeliveryCaps;
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::request::{Method, Request};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, HOST, InvalidHeaderValue, RETRY_AFTER};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, timeout_at};

/// Idle connections kept for one host. An endpoint's default concurrency, so
/// that a burst does not close what the next one needs.
const IDLE_PER_HOST_MAX: usize = 64;

/// How long an idle connection is kept: less than the 60 s after which common
/// load balancers drop theirs, so that few requests meet a closing one.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// Bytes of response headers over HTTP/2. Over HTTP/1 the HTTP library's own
/// limits hold: 100 fields and some 400 KiB.
const RESPONSE_HEADER_BYTES_MAX: u32 = 64 << 10;

/// Bytes of one response, and of all on a connection, that an HTTP/2 server
/// may send unasked. Little of a response is ever read.
const HTTP2_STREAM_WINDOW: u32 = 64 << 10;
const HTTP2_CONNECTION_WINDOW: u32 = 1 << 20;

/// What a client is made from.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which addresses may be dialled.
    pub policy: AddressPolicy,
    /// The `user-agent` of requests that don't set their own.
    pub user_agent: String,
    /// Milliseconds for name lookup, connection and TLS handshake together.
    pub connect_timeout_ms: u64,
    /// Hosts whose requests go to another origin (scheme, host and port of the
    /// URL); the first match counts.
    pub routes: Vec<(HostPattern, url::Url)>,
    /// Files of PEM certificates that are trusted besides the system's.
    pub extra_roots: Vec<PathBuf>,
}

impl Default for Config {
    /// Public addresses, `Hookmill/<version>`, the domain's connect timeout,
    /// the system's certificates.
    fn default() -> Self {
        Self {
            policy: AddressPolicy::public_only(),
            user_agent: concat!("Hookmill/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout_ms: DeliveryCaps::default().connect_timeout_ms,
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
    /// The HTTP library refused the settings.
    #[error("the HTTP client can't be set up")]
    Http(#[source] reqwest::Error),
}

/// A request and what goes with it this time.
#[derive(Clone)]
pub struct Outbound<'a> {
    /// The stored request.
    pub request: &'a Request,
    /// The header fields around it.
    pub layers: HeaderLayers<'a>,
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

/// What the destination answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// `Retry-After` in milliseconds from now, at most a day; none when it
    /// was not sent or is neither seconds nor a date.
    pub retry_after_ms: Option<u64>,
    /// The first bytes of the body, as sent.
    pub body: Bytes,
    /// Why there is no more of the body.
    pub body_end: BodyEnd,
}

/// How a response's body ended. The status holds in every case: the
/// destination has decided when it sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// It is all there.
    Complete,
    /// It was longer than what is kept.
    Cut,
    /// The rest did not come in time.
    TimedOut,
    /// The connection broke off.
    Broken,
}

/// Sends requests. Cheap to clone; all clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
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
    /// As [`Client::new`].
    pub fn with_lookup(config: Config, lookup: Arc<dyn Lookup>) -> Result<Self, ClientError> {
        let user_agent =
            HeaderValue::from_str(&config.user_agent).map_err(ClientError::UserAgent)?;
        let tls = tls::client_config(&config.extra_roots)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(GuardedResolver::new(lookup, config.policy.clone()))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_millis(config.connect_timeout_ms))
            .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true)
            .http2_max_header_list_size(RESPONSE_HEADER_BYTES_MAX)
            .http2_initial_stream_window_size(HTTP2_STREAM_WINDOW)
            .http2_initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
            .build()
            .map_err(ClientError::Http)?;
        Ok(Self {
            http,
            policy: config.policy,
            routes: Routes::new(config.routes),
            user_agent,
        })
    }

    /// Sends a request once and gives the response's status and the beginning
    /// of its body. Whatever the status, an answer is no error. Takes no longer
    /// than the request's timeout.
    ///
    /// # Errors
    /// [`SendError`] when no status came: no address, no connection, no TLS,
    /// no answer in time, or not allowed.
    pub async fn send(&self, outbound: Outbound<'_>) -> Result<Response, SendError> {
        let deadline = Instant::now() + Duration::from_millis(outbound.timeout_ms);
        let request = self.prepare(&outbound)?;
        let mut response = timeout_at(deadline, self.http.execute(request))
            .await
            .map_err(|_| SendError::timed_out(outbound.timeout_ms))?
            .map_err(SendError::from_client)?;
        let status = response.status().as_u16();
        let retry_after_ms = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after_ms(value, now()));
        let kept = outbound.response_bytes_kept;
        let (body, body_end) = read_body(&mut response, kept, deadline).await;
        Ok(Response {
            status,
            retry_after_ms,
            body,
            body_end,
        })
    }

    fn prepare(&self, outbound: &Outbound<'_>) -> Result<reqwest::Request, SendError> {
        let request = outbound.request;
        let mut headers = merge_headers(request, &outbound.layers, &self.user_agent)
            .map_err(|header| SendError::unsendable(&header))?;
        let url = match self.routes.detour(request.url()) {
            Some(detour) => {
                headers.insert(HOST, detour.host);
                detour.url
            }
            None => request.url().clone(),
        };
        // The HTTP client dials an address in a URL without asking a resolver.
        let literal = match url.host() {
            Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        if let Some(ip) = literal {
            self.policy.check(ip).map_err(SendError::forbidden)?;
        }
        let mut prepared = reqwest::Request::new(method(request.method()), url);
        *prepared.headers_mut() = headers;
        match request.method() {
            Method::Get => {}
            // The HTTP library leaves the length of nothing out, which some
            // servers answer with 411 (RFC 9110, section 8.6).
            Method::Post | Method::Put | Method::Patch if request.body().is_empty() => {
                let nothing = HeaderValue::from_static("0");
                prepared.headers_mut().insert(CONTENT_LENGTH, nothing);
            }
            _ => *prepared.body_mut() = Some(request.body().clone().into()),
        }
        Ok(prepared)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// The body's first `kept` bytes. Whoever stops early closes the connection
/// by dropping the response.
async fn read_body(
    response: &mut reqwest::Response,
    kept: usize,
    deadline: Instant,
) -> (Bytes, BodyEnd) {
    let mut body = Vec::new();
    let end = loop {
        let chunk = match timeout_at(deadline, response.chunk()).await {
            Err(_) => break BodyEnd::TimedOut,
            Ok(Err(_)) => break BodyEnd::Broken,
            Ok(Ok(None)) => break BodyEnd::Complete,
            Ok(Ok(Some(chunk))) => chunk,
        };
        // Copied, as a slice would keep the connection's whole buffer alive.
        let taken = chunk.len().min(kept - body.len());
        body.extend_from_slice(&chunk[..taken]);
        if taken < chunk.len() {
            break BodyEnd::Cut;
        }
    };
    (Bytes::from(body), end)
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
