//! The least of an HTTP/1.1 client: one request a connection, every byte in
//! the test's hands.

use crate::message;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
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
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }
}

/// Sends a request with a body of known length.
///
/// # Errors
/// When the connection fails or the answer is not HTTP.
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> std::io::Result<Response> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    send_raw(address, &bytes)
}

/// Sends these bytes and reads what comes back.
///
/// # Errors
/// When the connection fails or the answer is not HTTP.
pub fn send_raw(address: SocketAddr, bytes: &[u8]) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // A server that refuses early may close before it has read everything.
    let sent = stream.write_all(bytes);
    let mut answer = Vec::new();
    let received = stream.read_to_end(&mut answer);
    parse(&answer).ok_or_else(|| {
        let error = sent.and(received.map(drop)).err();
        error.unwrap_or_else(|| std::io::Error::other("the answer is not HTTP"))
    })
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let (head, extent) = message::response(bytes)?;
    Some(Response {
        status: head.status,
        headers: head.headers,
        body: bytes[extent.head..].to_vec(),
    })
}
