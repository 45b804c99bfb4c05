//! Makes connections: a lookup, the policy, TCP, TLS where the URL says so, and
//! a tap on what comes back.
//!
//! How long that may take is said by the request for which the connection is
//! made; a request that uses it afterwards does not wait for it.

use crate::caps::{KEEPALIVE, KEEPALIVE_RETRIES, UNACKNOWLEDGED_MAX};
use crate::connect_timed_out::ConnectTimedOut;
use crate::failure::is_elapsed;
use crate::lookup::GuardedResolver;
use crate::tap::Tap;
use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::client::ClientConfig;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tower_service::Service;

tokio::task_local! {
    /// Milliseconds that the request under way allows for its connection. The
    /// HTTP library asks for a connection within the request's own task, and
    /// passes nothing on but the URL.
    static TIMEOUT_MS: u64;
}

/// A connection to a destination.
pub(crate) type Stream = Tap<MaybeHttpsStream<TokioIo<TcpStream>>>;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Connector {
    resolver: GuardedResolver,
    tls: Arc<ClientConfig>,
}

impl Connector {
    pub(crate) fn new(resolver: GuardedResolver, tls: ClientConfig) -> Self {
        Self {
            resolver,
            tls: Arc::new(tls),
        }
    }
}

/// Does what asks for a connection, which may take so long.
pub(crate) async fn within<T>(timeout_ms: u64, request: impl Future<Output = T>) -> T {
    TIMEOUT_MS.scope(timeout_ms, request).await
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let timeout_ms = TIMEOUT_MS
            .try_with(|timeout_ms| *timeout_ms)
            .expect("every request is made within its time");
        let timeout = Duration::from_millis(timeout_ms);
        let mut tcp = HttpConnector::new_with_resolver(self.resolver.clone());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Divided among the addresses of a name.
        tcp.set_connect_timeout(Some(timeout));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        #[cfg(any(target_os = "linux", target_os = "android"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX));
        let mut connector = HttpsConnector::from((tcp, Arc::clone(&self.tls)));
        let connected = connector.call(url);
        Box::pin(async move {
            match tokio::time::timeout(timeout, connected).await {
                Ok(Ok(stream)) => Ok(Tap::new(stream)),
                // The last address may have had the last of the time.
                Ok(Err(error)) if !is_elapsed(&*error) => Err(error),
                Ok(Err(_)) | Err(_) => Err(ConnectTimedOut { timeout_ms }.into()),
            }
        })
    }
}
