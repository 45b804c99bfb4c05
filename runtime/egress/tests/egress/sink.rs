//! A destination under the test's control: counts connections, records
//! requests and answers with bytes of the test's choosing, right or wrong.

use hookmill_domain::headers::HeaderLayers;
use hookmill_domain::request::{Method, Request};
use hookmill_egress::{
    AddressPolicy, Client, Config, Lookup, LookupFuture, Outbound, Response, SendError,
};
use std::collections::VecDeque;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A request as it came over the wire.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Recorded {
    /// All values of a header field.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }
}

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: mpsc::UnboundedReceiver<Recorded>,
}

impl Sink {
    /// Answers every request with these bytes and keeps the connection.
    pub(crate) async fn answering(response: impl Into<Vec<u8>>) -> Self {
        Self::answering_at("127.0.0.1:0", response).await
    }

    pub(crate) async fn answering_at(address: &str, response: impl Into<Vec<u8>>) -> Self {
        let response: Arc<[u8]> = response.into().into();
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut sink = Self::serving_at(address, move |mut stream| {
            let (response, sender) = (Arc::clone(&response), sender.clone());
            async move {
                while let Some(request) = read_request(&mut stream).await {
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
    pub(crate) async fn serving<S, F>(serve: S) -> Self
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
        let address = listener.local_addr().expect("it is bound");
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

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The next request, which has already been answered.
    pub(crate) fn request(&mut self) -> Recorded {
        self.requests.try_recv().expect("a request came in")
    }
}

/// Reads one request; none when the peer closes before its end.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Recorded> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut request = Recorded {
        head: String::from_utf8(bytes[..end].to_vec()).expect("request headers are ASCII"),
        body: bytes[end..].to_vec(),
    };
    let length: usize = request
        .values("content-length")
        .first()
        .map_or(0, |value| value.parse().expect("a length"));
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

/// Answers each lookup with the next of these, the last one forever.
pub(crate) struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    pub(crate) asked: AtomicUsize,
}

impl Script {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |texts: &&[&str]| {
            texts
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect()
        };
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Lookup for Script {
    fn lookup(&self, _host: &str) -> LookupFuture {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().expect("no test panics here");
        let answer = if answers.len() > 1 {
            answers.pop_front().expect("there are two")
        } else {
            answers[0].clone()
        };
        Box::pin(async move { Ok(answer) })
    }
}

/// Public addresses and these.
pub(crate) fn allowing(ranges: &[&str]) -> Config {
    let ranges = ranges.iter().map(|text| text.parse().expect("a range"));
    Config {
        policy: AddressPolicy::public_only().allowing(ranges),
        ..Config::default()
    }
}

/// A client that may dial 127.0.0.1.
pub(crate) fn local_client() -> Client {
    Client::new(allowing(&["127.0.0.1/32"])).expect("a client")
}

pub(crate) fn post(url: &str) -> Request {
    request(Method::Post, url, &[], r#"{"a":1}"#)
}

pub(crate) fn request(method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Request::try_new(url, method, headers, body.to_owned().into()).expect("a sendable request")
}

/// Sends with nothing added, two seconds, and 4 KiB kept.
pub(crate) async fn send(client: &Client, request: &Request) -> Result<Response, SendError> {
    client.send(outbound(request)).await
}

pub(crate) fn outbound(request: &Request) -> Outbound<'_> {
    Outbound {
        request,
        layers: HeaderLayers::default(),
        connect_timeout_ms: 2_000,
        timeout_ms: 2_000,
        response_bytes_kept: 4_096,
    }
}
