//! A destination on loopback: receives requests, keeps them byte for byte, and
//! answers as the test tells it.

use crate::message;
use crate::wait::eventually;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request, as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// The value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// What the sink answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it takes to answer.
    pub delay: Duration,
    /// How the answer ends, or fails to.
    pub ending: Ending,
}

/// How an answer ends, or fails to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With the last byte of the body; the connection stays open.
    Whole,
    /// Never: the body goes on until the client has had enough.
    Endless,
    /// There is no answer; the connection stays open until the client leaves.
    Silence,
    /// There is no answer; the connection is closed.
    HangUp,
    /// The body is all of the answer, head included; the connection is closed.
    Raw,
}

impl Answer {
    /// An answer without more to it.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: b"ok".to_vec(),
            delay: Duration::ZERO,
            ending: Ending::Whole,
        }
    }

    /// No answer, or one that never ends.
    #[must_use]
    pub fn ending(ending: Ending) -> Self {
        Self {
            ending,
            ..Self::status(200)
        }
    }

    /// This answer with a header field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// This answer with a body.
    #[must_use]
    pub fn saying(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// This answer, later.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Script = dyn Fn(&Received) -> Answer + Send + Sync;

struct Shared {
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
    script: Box<Script>,
}

/// A running sink. Dropping it closes its port.
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Sink {
    /// A sink that answers 200.
    #[must_use]
    pub fn start() -> Self {
        Self::answering(|_| Answer::status(200))
    }

    /// A sink that answers as `script` says.
    ///
    /// # Panics
    /// When no port can be had.
    #[must_use]
    pub fn answering(script: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            script: Box::new(script),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), serving) = (stream, Arc::clone(&serving)) else {
                    continue;
                };
                serving.connections.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || {
                    serve(stream, &serving);
                    serving.connections.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, shared }
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

    /// What it has received so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared
            .received
            .lock()
            .expect("no holder panics")
            .clone()
    }

    /// Waits until every client has left: whatever a killed relay had sent has
    /// been received by then.
    pub fn wait_for_silence(&self) {
        eventually("every connection to the sink to end", || {
            (self.shared.connections.load(Ordering::SeqCst) == 0).then_some(())
        });
    }

    /// Waits until it has received so many requests.
    #[must_use]
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually(&format!("{count} requests at the sink"), || {
            Some(self.received()).filter(|received| received.len() >= count)
        })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; it ends then.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::new();
    while let Some(received) = read(&mut stream, &mut buffer) {
        shared
            .received
            .lock()
            .expect("no holder panics")
            .push(received.clone());
        let answer = (shared.script)(&received);
        std::thread::sleep(answer.delay);
        let written = match answer.ending {
            Ending::Whole => stream.write_all(&whole(&answer)),
            Ending::Endless => endless(&mut stream, answer.status),
            // The read below ends when the client has gone.
            Ending::Silence => continue,
            Ending::HangUp => return,
            Ending::Raw => {
                // Fails where the client has read enough.
                let _ = stream.write_all(&answer.body);
                return;
            }
        };
        if written.is_err() {
            return;
        }
    }
}

fn whole(answer: &Answer) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {} Status\r\ncontent-length: {}\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), &answer.body].concat()
}

/// Writes chunks until the client takes no more.
fn endless(stream: &mut TcpStream, status: u16) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} Status\r\ntransfer-encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let chunk = [b"1000\r\n".as_slice(), &[b'x'; 0x1000], b"\r\n"].concat();
    loop {
        stream.write_all(&chunk)?;
    }
}

fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Received> {
    let mut chunk = [0; 16 << 10];
    loop {
        if let Some((received, used)) = parse(buffer) {
            buffer.drain(..used);
            return Some(received);
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => buffer.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<(Received, usize)> {
    let (head, extent) = message::request(bytes)?;
    let received = Received {
        method: head.method,
        path: head.path,
        headers: head.headers,
        body: bytes.get(extent.head..extent.end())?.to_vec(),
    };
    Some((received, extent.end()))
}
