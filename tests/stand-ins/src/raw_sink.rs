//! A destination whose every byte is the test's: answers with bytes, right or
//! wrong, or gives the connection to the test.
//!
//! It ends with the async runtime that it was started on.

use crate::message;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// The least of an answer.
pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A request as it came over the wire.
#[derive(Debug)]
pub struct Recorded {
    /// Its first line and its header fields, with the empty line behind them.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Recorded {
    /// All values of a header field.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }
}

/// A running destination.
pub struct RawSink {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: mpsc::UnboundedReceiver<Recorded>,
}

impl RawSink {
    /// Answers every request with these bytes and keeps the connection.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn answering(response: impl Into<Vec<u8>>) -> Self {
        Self::answering_at("127.0.0.1:0", response).await
    }

    /// Answers every request to this address with these bytes and keeps the
    /// connection.
    ///
    /// # Panics
    /// When the address can't be listened on.
    pub async fn answering_at(address: &str, response: impl Into<Vec<u8>>) -> Self {
        let response: Arc<[u8]> = response.into().into();
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut sink = Self::serving_at(address, move |mut stream| {
            let (response, sender) = (Arc::clone(&response), sender.clone());
            async move {
                while let Some(request) = read_request(&mut stream).await {
                    // Fails only when the test has ended.
                    let _ = sender.send(request);
                    if stream.write_all(&response).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await;
        sink.requests = receiver;
        sink
    }

    /// Gives every connection to `serve`.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn serving<S, F>(serve: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        Self::serving_at("127.0.0.1:0", serve).await
    }

    async fn serving_at<S, F>(address: &str, serve: S) -> Self
    where
        S: Fn(TcpStream) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream));
            }
        });
        let (_, requests) = mpsc::unbounded_channel();
        Self {
            address,
            connections,
            requests,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL of it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections that were made to it so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The next request, which has already been answered.
    ///
    /// # Panics
    /// When none came in.
    pub fn request(&mut self) -> Recorded {
        self.requests.try_recv().expect("a request came in")
    }
}

/// Reads one request; none when the peer closes before its end.
///
/// # Panics
/// When its head is not ASCII.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Recorded> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = message::request_extent(&bytes)
            && bytes.len() >= request.end()
        {
            let body = bytes.split_off(request.head);
            let head = String::from_utf8(bytes).expect("request headers are ASCII");
            return Some(Recorded { head, body });
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
