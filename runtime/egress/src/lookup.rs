//! Names to addresses, each checked before it is dialled.
//!
//! The HTTP client dials exactly what comes out of here, so a name that
//! answers differently the second time (DNS rebinding) gains nothing: there is
//! no second time. Must not cache: connections are kept, answers are not.

use crate::caps::ADDRESSES_MAX;
use crate::policy::{AddressPolicy, ForbiddenAddress};
use hyper_util::client::legacy::connect::dns::Name;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// The answer to a lookup, in time.
pub type LookupFuture = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where a name's addresses come from.
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of `host`, in the order in which to try them.
    fn lookup(&self, host: &str) -> LookupFuture;
}

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {host:?} does not resolve")]
pub(crate) struct LookupError {
    host: String,
    source: Option<io::Error>,
}

/// The HTTP client's resolver: a lookup, then the policy.
#[derive(Clone)]
pub(crate) struct GuardedResolver {
    lookup: Arc<dyn Lookup>,
    policy: AddressPolicy,
}

impl GuardedResolver {
    pub(crate) fn new(lookup: Arc<dyn Lookup>, policy: AddressPolicy) -> Self {
        Self { lookup, policy }
    }
}

/// Addresses that were checked; port 0 stands for the URL's.
type Checked = std::vec::IntoIter<SocketAddr>;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Name> for GuardedResolver {
    type Response = Checked;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Checked, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
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
            let sockets = allowed.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(sockets.collect::<Vec<_>>().into_iter())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts
            .iter()
            .map(|text| text.parse().expect("an address"))
            .collect()
    }

    #[test]
    fn only_allowed_addresses_of_an_answer_are_kept() {
        let policy = AddressPolicy::public_only();
        let mixed = addresses(&["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111"]);
        assert_eq!(
            admit(&policy, mixed),
            Ok(addresses(&["1.1.1.1", "2606:4700::1111"]))
        );
        let first = admit(&policy, addresses(&["10.0.0.1", "::1"])).expect_err("none is public");
        assert_eq!(first.address, addresses(&["10.0.0.1"])[0]);
        assert_eq!(admit(&policy, vec![]), Ok(vec![]));
    }

    #[test]
    fn an_answer_of_thousands_is_cut() {
        let many = (0..5_000_u32)
            .map(|n| IpAddr::V4((0x0101_0000 + n).into()))
            .collect();
        let kept = admit(&AddressPolicy::public_only(), many).expect("all are public");
        assert_eq!(kept.len(), ADDRESSES_MAX);
    }
}
