//! The vendors' stand-in: a loopback server that keeps what it receives until it
//! is printed, and says yes to everything.
//!
//! It is the product's own and does no more than the demo needs: the tests'
//! destinations, which also misbehave, must not be part of the product.

use crate::caps::{DEMO_REQUEST_BYTES_MAX, DEMO_REQUESTS_MAX};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A request, as the vendor would have received it.
#[derive(Clone, Debug)]
pub(super) struct Captured {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

#[derive(Default)]
struct Captures {
    next: u64,
    by_number: HashMap<u64, Captured>,
}

/// A running stand-in; it ends with the process.
pub(super) struct StandIn {
    address: SocketAddr,
    captures: Arc<Mutex<Captures>>,
}

impl StandIn {
    /// Listens on a free port.
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let captures = Arc::new(Mutex::new(Captures::default()));
        tokio::spawn(accept(listener, Arc::clone(&captures)));
        Ok(Self { address, captures })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where requests to the vendors are led.
    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request that this answer was for, once.
    pub(super) fn take(&self, answer: &str) -> Option<Captured> {
        let answer: serde_json::Value = serde_json::from_str(answer).ok()?;
        let number = answer.get("captured")?.as_u64()?;
        let mut captures = self.captures.lock().expect("no holder panics");
        captures.by_number.remove(&number)
    }
}

async fn accept(listener: TcpListener, captures: Arc<Mutex<Captures>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let captures = Arc::clone(&captures);
        let service = service_fn(move |request| answer(request, Arc::clone(&captures)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    request: Request<Incoming>,
    captures: Arc<Mutex<Captures>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, DEMO_REQUEST_BYTES_MAX).collect().await;
    let host = parts.headers.get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let captured = Captured {
        method: parts.method,
        url: format!("https://{host}{}", parts.uri),
        headers: parts.headers,
        body: body.map(|body| body.to_bytes()).unwrap_or_default(),
    };
    let mut captures = captures.lock().expect("no holder panics");
    captures.next += 1;
    let number = captures.next;
    if captures.by_number.len() < DEMO_REQUESTS_MAX {
        captures.by_number.insert(number, captured);
    }
    let text = format!("{{\"captured\":{number}}}");
    Ok(Response::new(Full::new(text.into())))
}
