//! Names to addresses, each checked before it is dialled.
//!
//! The HTTP client dials exactly what comes out of here, so a name that
//! answers differently the second time (DNS rebinding) gains nothing: there is
//! no second time. Must not cache: connections are kept, answers are not.

use crate::policy::{AddressPolicy, ForbiddenAddress};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Addresses of one name that are tried at most; more would only stretch the
/// time until a dead destination is given up.
const ADDRESSES_MAX: usize = 16;

/// Names looked up by the system at once. Each holds a thread until the
/// system answers, and the time that takes is the name's owner's to choose.
const LOOKUPS_MAX: usize = 128;

/// The answer to a lookup, in time.
pub type LookupFuture = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where a name's addresses come from.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of `host`, in the order in which to try them.
    fn lookup(&self, host: &str) -> LookupFuture;
}

/// The system's resolver: its hosts file and its name servers.
#[derive(Debug)]
pub struct SystemLookup {
    slots: Arc<Semaphore>,
}

impl Default for SystemLookup {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(LOOKUPS_MAX)),
        }
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> LookupFuture {
        let host = host.to_owned();
        let slots = Arc::clone(&self.slots);
        Box::pin(async move {
            let slot = slots
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            // The slot goes with the thread: a caller that stops waiting does
            // not stop the system's lookup.
            tokio::task::spawn_blocking(move || {
                let _slot = slot;
                let found = (host.as_str(), 0).to_socket_addrs()?;
                Ok(found.map(|address| address.ip()).collect())
            })
            .await
            .map_err(io::Error::other)?
        })
    }
}

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {host:?} does not resolve")]
pub(crate) struct LookupError {
    host: String,
    source: Option<io::Error>,
}

/// The HTTP client's resolver: a lookup, then the policy.
pub(crate) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    policy: AddressPolicy,
}

impl GuardedResolver {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, policy: AddressPolicy) -> Self {
        Self { lookup, policy }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let answer = self.lookup.lookup(&host);
        let policy = self.policy.clone();
        Box::pin(async move {
            let found = answer.await.map_err(|source| LookupError {
                host: host.clone(),
                source: Some(source),
            })?;
            let allowed = admit(&policy, found)?;
            if allowed.is_empty() {
                return Err(LookupError { host, source: None }.into());
            }
            // Port 0 stands for the URL's.
            let sockets = allowed.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

/// The addresses that may be dialled. When there are addresses and none may,
/// says why of the first.
fn admit(policy: &AddressPolicy, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, ForbiddenAddress> {
    let mut refused = None;
    let allowed: Vec<IpAddr> = found
        .into_iter()
        .filter(|ip| match policy.check(*ip) {
            Ok(()) => true,
            Err(forbidden) => {
                refused.get_or_insert(forbidden);
                false
            }
        })
        .take(ADDRESSES_MAX)
        .collect();
    match refused {
        Some(forbidden) if allowed.is_empty() => Err(forbidden),
        _ => Ok(allowed),
    }
}
