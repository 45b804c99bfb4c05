//! The sink: answers 200 to everything as fast as it can, and notes when each
//! numbered event arrived.

use crate::body;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Moments of sending and arriving, by event number, in nanoseconds since the
/// start; 0 is not yet.
pub(crate) struct Moments {
    start: Instant,
    sent: Vec<AtomicU64>,
    arrived: Vec<AtomicU64>,
    arrivals: AtomicU64,
    last_arrival_ns: AtomicU64,
}

impl Moments {
    pub(crate) fn new(events_max: usize) -> Arc<Self> {
        let zeros = || (0..events_max).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            start: Instant::now(),
            sent: zeros(),
            arrived: zeros(),
            arrivals: AtomicU64::new(0),
            last_arrival_ns: AtomicU64::new(0),
        })
    }

    /// Nanoseconds since the start.
    pub(crate) fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos())
            .unwrap_or(u64::MAX)
            .max(1)
    }

    /// Notes that the event was, or should have been, sent at this moment.
    pub(crate) fn sent(&self, number: u64, at_ns: u64) {
        if let Some(slot) = self.sent.get(number as usize) {
            slot.store(at_ns, Ordering::Relaxed);
        }
    }

    fn arrived(&self, body: &[u8]) {
        self.arrivals.fetch_add(1, Ordering::Relaxed);
        self.last_arrival_ns
            .fetch_max(self.now_ns(), Ordering::Relaxed);
        let Some(slot) = body::number(body).and_then(|n| self.arrived.get(n as usize)) else {
            return;
        };
        // The first arrival counts.
        let _ = slot.compare_exchange(0, self.now_ns(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Forgets what was sent and arrived.
    pub(crate) fn forget(&self) {
        let counts = [&self.arrivals, &self.last_arrival_ns];
        for number in self.sent.iter().chain(&self.arrived).chain(counts) {
            number.store(0, Ordering::Relaxed);
        }
    }

    /// Arrivals so far, repeats included.
    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals.load(Ordering::Relaxed)
    }

    /// The latest arrival, in nanoseconds since the start.
    pub(crate) fn last_arrival_ns(&self) -> u64 {
        self.last_arrival_ns.load(Ordering::Relaxed)
    }

    /// Microseconds from sending to arriving, of each event that did both.
    pub(crate) fn latencies_us(&self) -> impl Iterator<Item = u64> {
        self.sent
            .iter()
            .zip(&self.arrived)
            .filter_map(|(sent, arrived)| {
                let (sent, arrived) = (
                    sent.load(Ordering::Relaxed),
                    arrived.load(Ordering::Relaxed),
                );
                (sent > 0 && arrived > 0).then(|| arrived.saturating_sub(sent) / 1_000)
            })
    }
}

/// Starts a sink; it ends with the process. A hanging one reads and never
/// answers.
pub(crate) async fn start(moments: Option<Arc<Moments>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(serve(stream, moments.clone()));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, moments: Option<Arc<Moments>>) {
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        while let Some((head, length)) = head(&buffer) {
            let end = head + length;
            if buffer.len() < end {
                break;
            }
            if let Some(moments) = &moments {
                moments.arrived(&buffer[head..end]);
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
                if stream.write_all(answer).await.is_err() {
                    return;
                }
            }
            buffer.drain(..end);
        }
        if !matches!(stream.read_buf(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}

/// Lengths of a request's head and body.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut fields);
    let Ok(httparse::Status::Complete(head)) = parsed.parse(bytes) else {
        return None;
    };
    let length = parsed
        .headers
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case("content-length"))
        .and_then(|field| std::str::from_utf8(field.value).ok()?.parse().ok());
    Some((head, length.unwrap_or(0)))
}
