//! A destination for measurements: answers 200 to everything as fast as it can,
//! or reads and never answers.
//!
//! It ends with the async runtime that it was started on.

use crate::message;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Is shown each body before its request is answered.
type Seen = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// Starts a destination that shows each body to `seen` and answers at once.
///
/// # Panics
/// When no port can be had.
pub async fn answering(seen: impl Fn(&[u8]) + Send + Sync + 'static) -> SocketAddr {
    start(Some(Arc::new(seen))).await
}

/// Starts a destination that never answers.
///
/// # Panics
/// When no port can be had.
pub async fn hanging() -> SocketAddr {
    start(None).await
}

async fn start(seen: Option<Seen>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(serve(stream, seen.clone()));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, seen: Option<Seen>) {
    let mut buffer = Vec::with_capacity(16 << 10);
    loop {
        while let Some(request) = message::request_extent(&buffer) {
            if buffer.len() < request.end() {
                break;
            }
            if let Some(seen) = &seen {
                seen(&buffer[request.head..request.end()]);
                if stream.write_all(OK).await.is_err() {
                    return;
                }
            }
            buffer.drain(..request.end());
        }
        if !matches!(stream.read_buf(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}
