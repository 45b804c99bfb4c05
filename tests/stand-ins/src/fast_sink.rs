//! A destination for measurements: answers 200 to everything as fast as it can,
//! or reads and never answers.
//!
//! It ends with the async runtime that it was started on.

use crate::message;
use crate::raw_sink::{OK, RawSink};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

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
    let sink = RawSink::serving(move |stream| {
        let _ = stream.set_nodelay(true);
        serve(stream, seen.clone())
    });
    sink.await.address()
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
