//! The sink: a loopback server that stands in for the vendors, keeps what it
//! receives and says yes to everything.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use bytes::Bytes;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// Requests kept until they are printed.
const CAPTURED_MAX: usize = 10_000;

/// Bytes of a body; more than a relay sends.
const BODY_BYTES_MAX: usize = 64 << 20;

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

/// A running sink; it ends with the process.
pub(super) struct Sink {
    address: SocketAddr,
    captures: Arc<Mutex<Captures>>,
}

impl Sink {
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let captures = Arc::new(Mutex::new(Captures::default()));
        let router = Router::new()
            .fallback(capture)
            .with_state(Arc::clone(&captures));
        tokio::spawn(crate::listener::serve(
            listener,
            router,
            std::future::pending(),
        ));
        Ok(Self { address, captures })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where requests to the vendors are led.
    pub(super) fn origin(&self) -> url::Url {
        format!("http://{}/", self.address)
            .parse()
            .expect("a socket address makes a URL")
    }

    /// The request with this number, once: the sink's answer names it.
    pub(super) fn take(&self, number: u64) -> Option<Captured> {
        let mut captures = self.captures.lock().expect("no holder panics");
        captures.by_number.remove(&number)
    }
}

async fn capture(State(captures): State<Arc<Mutex<Captures>>>, request: Request) -> String {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
    let host = parts.headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let captured = Captured {
        method: parts.method,
        url: format!("https://{host}{}", parts.uri),
        headers: parts.headers,
        body,
    };
    let mut captures = captures.lock().expect("no holder panics");
    captures.next += 1;
    let number = captures.next;
    if captures.by_number.len() < CAPTURED_MAX {
        captures.by_number.insert(number, captured);
    }
    format!("{{\"captured\":{number}}}")
}

/// The number in the sink's answer.
pub(super) fn captured_number(answer: &[u8]) -> Option<u64> {
    let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
    answer.get("captured")?.as_u64()
}
