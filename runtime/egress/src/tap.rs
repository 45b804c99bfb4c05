//! Listens to the beginning of each HTTP/1 answer, and so knows its status
//! also where the HTTP library gives up on the rest of it.
//!
//! Once a destination has said "200", it has acted; whatever a library thinks
//! of what follows must not make that a failure to deliver. A request begins
//! a new answer: the tap looks for the request's own method at the beginning
//! of a write. What follows the head it lets pass unseen.

use crate::caps::HEAD_READ_BYTES;
use crate::status_line::{Head, HeadReader};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// What a request begins with, of the methods that are sent.
const BEGINNINGS: [&[u8]; 5] = [b"POST ", b"PUT ", b"PATCH ", b"DELETE ", b"GET "];

/// A connection whose answers are listened to.
pub(crate) struct Tap<S> {
    stream: S,
    latest: LatestHead,
    is_http1: bool,
    /// Why nothing more can be written. The destination may have answered
    /// before it closed, so this is told only once there is nothing to read.
    write_error: Option<io::Error>,
}

/// The head of the latest answer on a connection, as far as it came. Empty over
/// HTTP/2.
#[derive(Clone, Debug, Default)]
pub(crate) struct LatestHead(Arc<Mutex<HeadReader>>);

impl LatestHead {
    /// The latest answer's head, as far as it came.
    pub(crate) fn head(&self) -> Head {
        self.lock().head()
    }

    fn lock(&self) -> MutexGuard<'_, HeadReader> {
        // Reading a head does not panic half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Connection> Tap<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            is_http1: !stream.connected().is_negotiated_h2(),
            stream,
            latest: LatestHead::default(),
            write_error: None,
        }
    }
}

impl<S> Tap<S> {
    fn look_at_written(&self, written: &[u8]) {
        if self.is_http1 && BEGINNINGS.iter().any(|begin| written.starts_with(begin)) {
            self.latest.lock().begin();
        }
    }

    /// What was written counts as written from its first failure on.
    fn or_remember<T>(&mut self, written: Poll<io::Result<T>>, instead: T) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(Err(error)) if self.is_http1 => {
                self.write_error = Some(error);
                Poll::Ready(Ok(instead))
            }
            other => other,
        }
    }
}

impl<S: Connection> Connection for Tap<S> {
    fn connected(&self) -> Connected {
        let connected = self.stream.connected();
        if self.is_http1 {
            connected.extra(self.latest.clone())
        } else {
            connected
        }
    }
}

impl<S: Read + Unpin> Read for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.latest.lock().is_listening() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let mut bytes = [0; HEAD_READ_BYTES];
        let length = bytes.len().min(buffer.remaining());
        let mut looked = ReadBuf::new(&mut bytes[..length]);
        let read = Pin::new(&mut self.stream).poll_read(context, looked.unfilled());
        let is_end = match &read {
            Poll::Pending => false,
            Poll::Ready(Ok(())) => looked.filled().is_empty(),
            Poll::Ready(Err(_)) => true,
        };
        if is_end && let Some(error) = self.write_error.take() {
            return Poll::Ready(Err(error));
        }
        self.latest.lock().read(looked.filled());
        buffer.put_slice(looked.filled());
        read
    }
}

impl<S: Read + Write + Unpin> Write for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.write_error.is_some() {
            return Poll::Ready(Ok(bytes.len()));
        }
        self.look_at_written(bytes);
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_remember(written, bytes.len())
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.write_error.is_some() {
            return Poll::Ready(Ok(()));
        }
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.or_remember(flushed, ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = slices.iter().map(|slice| slice.len()).sum();
        if self.write_error.is_some() {
            return Poll::Ready(Ok(length));
        }
        if let Some(first) = slices.iter().find(|slice| !slice.is_empty()) {
            self.look_at_written(first);
        }
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.or_remember(written, length)
    }
}
