//! The generator: signed events over keep-alive connections, either as fast as
//! they are answered or at fixed moments.
//!
//! At fixed moments the time of an event counts from when it should have been
//! sent, so a relay that stalls the generator does not look fast for it.

use crate::body::Template;
use crate::moments::Moments;
use crate::{Options, Rate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use hookmill_stand_ins::message;
use hookmill_tests::signer;
use sha2::Sha256;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// Events that were acknowledged with 202 or 200.
    pub(crate) acknowledged: u64,
    /// Other answers, and connections that broke.
    pub(crate) failed: u64,
    /// Seconds from the first to the last.
    pub(crate) seconds: f64,
}

/// What the connections share.
struct Shared {
    next: AtomicU64,
    acknowledged: AtomicU64,
    failed: AtomicU64,
    moments: Arc<Moments>,
    end_ns: u64,
    start_ns: u64,
    numbers: Range<u64>,
    interval_ns: Option<u64>,
    paths: Vec<String>,
}

/// Sends events of these numbers to the paths in turn, for as long as the
/// options say or until all are sent. An event is its number: one that was sent
/// before is a repeat.
pub(crate) async fn run(
    to: SocketAddr,
    options: &Options,
    paths: Vec<String>,
    moments: &Arc<Moments>,
    numbers: Range<u64>,
) -> Sent {
    let start_ns = moments.now_ns();
    let shared = Arc::new(Shared {
        next: AtomicU64::new(numbers.start),
        acknowledged: AtomicU64::new(0),
        failed: AtomicU64::new(0),
        moments: Arc::clone(moments),
        start_ns,
        end_ns: start_ns + options.seconds * 1_000_000_000,
        numbers,
        interval_ns: match options.rate {
            Rate::Max => None,
            Rate::PerSecond(rate) => Some(1_000_000_000 / rate),
        },
        paths,
    });
    let connections: Vec<_> = (0..options.connections)
        .map(|_| tokio::spawn(send(to, Template::new(options.size), Arc::clone(&shared))))
        .collect();
    for connection in connections {
        connection.await.expect("no connection panics");
    }
    Sent {
        acknowledged: shared.acknowledged.load(Ordering::Relaxed),
        failed: shared.failed.load(Ordering::Relaxed),
        seconds: (moments.now_ns() - start_ns) as f64 / 1e9,
    }
}

async fn send(to: SocketAddr, mut body: Template, shared: Arc<Shared>) {
    let Ok(mut stream) = TcpStream::connect(to).await else {
        shared.failed.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let _ = stream.set_nodelay(true);
    let key = Key::new();
    let (mut request, mut answer) = (Vec::new(), Vec::new());
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let due_ns = match shared.interval_ns {
            Some(interval) => shared.start_ns + (number - shared.numbers.start) * interval,
            None => shared.moments.now_ns(),
        };
        if due_ns >= shared.end_ns || number >= shared.numbers.end {
            return;
        }
        let wait_ns = due_ns.saturating_sub(shared.moments.now_ns());
        if wait_ns > 0 {
            tokio::time::sleep(Duration::from_nanos(wait_ns)).await;
        }
        let path = &shared.paths[number as usize % shared.paths.len()];
        key.request(&mut request, path, number, body.numbered(number));
        shared.moments.sent(number, due_ns);
        let status = match stream.write_all(&request).await {
            Ok(()) => read_status(&mut stream, &mut answer).await,
            Err(_) => None,
        };
        match status {
            Some(200 | 202) => shared.acknowledged.fetch_add(1, Ordering::Relaxed),
            Some(_) => shared.failed.fetch_add(1, Ordering::Relaxed),
            None => {
                shared.failed.fetch_add(1, Ordering::Relaxed);
                return;
            }
        };
    }
}

async fn read_status(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Option<u16> {
    answer.clear();
    loop {
        stream
            .read_buf(answer)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        if let Some((status, response)) = message::response_extent(answer)
            && answer.len() >= response.end()
        {
            return Some(status);
        }
    }
}

/// A prepared signing key, and a run's own prefix for event ids.
struct Key {
    mac: Hmac<Sha256>,
    run: u32,
}

impl Key {
    fn new() -> Self {
        let encoded = signer::SECRET.trim_start_matches("whsec_");
        let key = STANDARD.decode(encoded).expect("a secret is base64");
        Self {
            mac: Hmac::new_from_slice(&key).expect("any key will do"),
            run: std::process::id(),
        }
    }

    fn request(&self, request: &mut Vec<u8>, path: &str, number: u64, body: &[u8]) {
        let id = format!("load_{}_{number}", self.run);
        let timestamp = signer::now_s();
        let mut mac = self.mac.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        request.clear();
        request.extend_from_slice(
            format!(
                "POST {path} HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\nwebhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: v1,{signature}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            )
            .as_bytes(),
        );
        request.extend_from_slice(body);
    }
}
