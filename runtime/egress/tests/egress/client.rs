//! The client under test, what it sends, and whom it asks for addresses.

use hookmill_domain::headers::HeaderLayers;
use hookmill_domain::request::{Method, Request};
use hookmill_egress::{
    AddressPolicy, Client, Config, Lookup, LookupFuture, Outbound, Response, SendError,
};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Answers each lookup with the next of these, the last one forever.
pub(crate) struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    pub(crate) asked: AtomicUsize,
}

impl Script {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |texts: &&[&str]| {
            texts
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect()
        };
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Lookup for Script {
    fn lookup(&self, _host: &str) -> LookupFuture {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().expect("no test panics here");
        let answer = if answers.len() > 1 {
            answers.pop_front().expect("there are two")
        } else {
            answers[0].clone()
        };
        Box::pin(async move { Ok(answer) })
    }
}

/// Public addresses and these.
pub(crate) fn allowing(ranges: &[&str]) -> Config {
    let ranges = ranges.iter().map(|text| text.parse().expect("a range"));
    Config {
        policy: AddressPolicy::public_only().allowing(ranges),
        ..Config::default()
    }
}

/// A client that may dial 127.0.0.1.
pub(crate) fn local_client() -> Client {
    Client::new(allowing(&["127.0.0.1/32"])).expect("a client")
}

pub(crate) fn post(url: &str) -> Request {
    request(Method::Post, url, &[], r#"{"a":1}"#)
}

pub(crate) fn request(method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Request::try_new(url, method, headers, body.to_owned().into()).expect("a sendable request")
}

/// Sends with nothing added, two seconds, and 4 KiB kept.
pub(crate) async fn send(client: &Client, request: &Request) -> Result<Response, SendError> {
    client.send(outbound(request)).await
}

pub(crate) fn outbound(request: &Request) -> Outbound<'_> {
    Outbound {
        request,
        layers: HeaderLayers::default(),
        connect_timeout_ms: 2_000,
        timeout_ms: 2_000,
        response_bytes_kept: 4_096,
    }
}
