//! Asks the system for a name's addresses: its hosts file, its name servers.
//!
//! The system's call blocks a thread for as long as the name's owner likes, so
//! lookups are bounded, and all who ask for one name at the same time share
//! one: a slow name costs one thread, however many requests go there. Must not
//! keep answers: who asks after one is in gets a new one.

use crate::caps::LOOKUPS_MAX;
use crate::lookup::{Lookup, LookupFuture};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// The system's resolver.
#[derive(Debug)]
pub struct SystemLookup {
    under_way: Arc<UnderWay>,
    permits: Arc<Semaphore>,
    resolve: fn(&str) -> io::Result<Vec<IpAddr>>,
}

/// An answer that several can take. `io::Error` can't be cloned.
type Answer = Result<Vec<IpAddr>, (io::ErrorKind, String)>;

#[derive(Debug, Default)]
struct UnderWay(Mutex<HashMap<String, watch::Receiver<Option<Answer>>>>);

impl Default for SystemLookup {
    fn default() -> Self {
        Self::with_resolve(ask_system)
    }
}

impl SystemLookup {
    fn with_resolve(resolve: fn(&str) -> io::Result<Vec<IpAddr>>) -> Self {
        Self {
            under_way: Arc::default(),
            permits: Arc::new(Semaphore::new(LOOKUPS_MAX)),
            resolve,
        }
    }

    /// Where the answer for `host` will come in; starts to look it up unless
    /// somebody else has.
    fn join_or_start(&self, host: &str) -> watch::Receiver<Option<Answer>> {
        let mut under_way = self.under_way.lock();
        if let Some(answer) = under_way.get(host) {
            return answer.clone();
        }
        let (sender, receiver) = watch::channel(None);
        under_way.insert(host.to_owned(), receiver.clone());
        drop(under_way);
        let (host, resolve) = (host.to_owned(), self.resolve);
        let (under_way, permits) = (Arc::clone(&self.under_way), Arc::clone(&self.permits));
        // A task of its own: who asked first may stop waiting before others.
        tokio::spawn(async move {
            let permit = permits
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            let name = host.clone();
            let found = tokio::task::spawn_blocking(move || resolve(&name)).await;
            drop(permit);
            let answer = found
                .unwrap_or_else(|panicked| Err(io::Error::other(panicked)))
                .map_err(|error| (error.kind(), error.to_string()));
            // First out of the list, so that who comes later asks anew.
            under_way.lock().remove(&host);
            sender.send_replace(Some(answer));
        });
        receiver
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> LookupFuture {
        let mut answer = self.join_or_start(host);
        Box::pin(async move {
            let found = answer
                .wait_for(Option::is_some)
                .await
                .map_err(io::Error::other)?;
            match found.as_ref() {
                Some(Ok(addresses)) => Ok(addresses.clone()),
                Some(Err((kind, text))) => Err(io::Error::new(*kind, text.clone())),
                None => Err(io::Error::other("the lookup was given up")),
            }
        })
    }
}

impl UnderWay {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Option<Answer>>>> {
        // No code panics between two changes of the map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ask_system(host: &str) -> io::Result<Vec<IpAddr>> {
    let found = (host, 0).to_socket_addrs()?;
    Ok(found.map(|address| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test]
    async fn the_hosts_file_is_read() {
        let found = SystemLookup::default().lookup("localhost").await;
        let found = found.expect("localhost has an address");
        assert!(found.iter().all(IpAddr::is_loopback), "{found:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_asks_at_the_same_time_shares_one_lookup_and_later_ones_ask_anew() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let lookup = SystemLookup::with_resolve(|_| {
            ASKED.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(50));
            Err(io::Error::new(io::ErrorKind::NotFound, "no such name"))
        });
        let asked: Vec<_> = (0..50).map(|_| lookup.lookup("slow.test")).collect();
        for answer in asked {
            let error = answer.await.expect_err("no such name");
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
            assert_eq!(error.to_string(), "no such name");
        }
        assert_eq!(ASKED.load(Ordering::Relaxed), 1);
        lookup.lookup("slow.test").await.expect_err("no such name");
        assert_eq!(ASKED.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_lookup_that_panics_is_an_error_and_leaves_nothing_behind() {
        let lookup = SystemLookup::with_resolve(|_| panic!("for this test"));
        lookup.lookup("a.test").await.expect_err("it panicked");
        assert!(lookup.under_way.lock().is_empty());
    }
}
