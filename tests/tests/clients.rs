//! The official libraries of Standard Webhooks and of Svix, in Python and in
//! JavaScript, as peers: the relay accepts what they sign, and they accept
//! what the relay signs.
//!
//! Where they can't be installed, a test says so and passes.

use hookmill_tests::binary::root;
use hookmill_tests::folder::Folder;
use hookmill_tests::http;
use hookmill_tests::peers;
use hookmill_tests::relay::Relay;
use hookmill_tests::signer::{self, SECRET};
use hookmill_tests::sink::{Received, Sink};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The libraries, by the name that both registries know them by.
const LIBRARIES: [&str; 2] = ["standardwebhooks", "svix"];

/// Bodies whose bytes matter: text of several scripts, a number that a
/// `double` can't hold, odd spaces.
const BODIES: [&str; 3] = [
    r#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#,
    r#"{"type":"payment.succeeded","name":"Zoë 李雷 😀","big":9007199254740993}"#,
    "{ \"type\" : \"payment.succeeded\",\n\t\"data\" : { } }\n",
];

/// A program that signs and verifies with the libraries.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter has just been used");
        Self {
            input: child.stdin.take().expect("stdin is piped"),
            output: BufReader::new(child.stdout.take().expect("stdout is piped")),
            child,
        }
    }

    fn ask(&mut self, task: &Value) -> Value {
        writeln!(self.input, "{task}").expect("the peer reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        serde_json::from_str(&line).expect("the answer is JSON")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn python() -> Option<Peer> {
    let folder = peers::python("clients-python", &LIBRARIES)?;
    let mut command = Command::new(folder.join("bin/python"));
    command.arg(root().join("tests/peers/peer.py"));
    Some(Peer::start(command))
}

fn node() -> Option<Peer> {
    let folder = peers::node("clients-node", &LIBRARIES)?;
    let mut command = Command::new("node");
    command
        .arg(root().join("tests/peers/peer.mjs"))
        .arg(&folder);
    Some(Peer::start(command))
}

/// The fields that carry a signature, under the names of this family.
fn headers(received: &Received, family: &str) -> Value {
    let field = |name: &str| received.header(&format!("webhook-{name}"));
    json!({
        format!("{family}-id"): field("id"),
        format!("{family}-timestamp"): field("timestamp"),
        format!("{family}-signature"): field("signature"),
    })
}

fn both_ways(peer: &mut Peer) {
    let sink = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nsigning = {{ secrets = [{{ env = \"DODO_SECRET\" }}] }}\n",
        sink.url("/")
    ));
    let relay = Relay::start(&folder);
    for library in LIBRARIES {
        for (index, body) in BODIES.iter().enumerate() {
            let id = format!("evt_{library}_{index}");
            accepted(peer, &relay, library, &id, body);
            let received = sink.received();
            let last = received
                .iter()
                .rev()
                .find(|one| one.body == body.as_bytes());
            verified(peer, library, last.expect("it was delivered"), body);
        }
    }
}

/// The relay accepts an event that the library signs, under either family of
/// header names, and the library agrees with the tests' own signer.
fn accepted(peer: &mut Peer, relay: &Relay, library: &str, id: &str, body: &str) {
    for family in ["webhook", "svix"] {
        let id = format!("{id}_{family}");
        let timestamp = signer::now_s();
        let signed = peer.ask(&json!({
            "library": library, "secret": SECRET, "id": id, "timestamp": timestamp, "body": body,
        }));
        let signature = signed["signature"].as_str().expect("a signature");
        let ours = signer::signature(SECRET, &id, &timestamp.to_string(), body.as_bytes());
        assert_eq!(signature, ours, "{library}");
        let headers = [
            (format!("{family}-id"), id),
            (format!("{family}-timestamp"), timestamp.to_string()),
            (format!("{family}-signature"), signature.to_owned()),
        ];
        let response = http::send(
            relay.address(),
            "POST",
            "/in/dodo",
            &headers,
            body.as_bytes(),
        )
        .expect("an answer");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, 202, "{library}: {text}");
        let event = response.json()["id"].as_str().expect("an id").to_owned();
        relay.finished(&event);
    }
}

/// The library accepts a request of the relay's as it is, and not with a
/// changed body.
fn verified(peer: &mut Peer, library: &str, received: &Received, body: &str) {
    // Standard Webhooks knows the names without a brand only.
    let families: &[&str] = match library {
        "svix" => &["webhook", "svix"],
        _ => &["webhook"],
    };
    for family in families {
        let headers = headers(received, family);
        for (body, expected) in [(body.to_owned(), true), (format!("{body} "), false)] {
            let answer = peer.ask(&json!({
                "library": library, "secret": SECRET, "body": body, "headers": headers,
            }));
            assert_eq!(answer["verified"], expected, "{library}: {answer}");
        }
    }
}

#[test]
fn the_python_libraries_agree_with_the_relay() {
    if let Some(mut peer) = python() {
        both_ways(&mut peer);
    }
}

#[test]
fn the_javascript_libraries_agree_with_the_relay() {
    if let Some(mut peer) = node() {
        both_ways(&mut peer);
    }
}
