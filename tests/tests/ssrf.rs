//! Where a request may go: tenants choose URLs and their transforms rewrite
//! them, and neither may lead into the relay's own network.
//!
//! Nothing here leaves the machine: what is refused is never dialled, and what
//! is allowed is loopback.

use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Answer, Sink};
use serde_json::Value;
use std::fmt::Write as _;

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// Hosts that are not part of the public internet, and other ways to write
/// them: each leads to where its comment says.
const SPECIAL: [&str; 34] = [
    // This machine.
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "localhost",
    // Loopback in the notations that URL parsers and resolvers accept.
    "0x7f.1",
    "2130706433",
    "017700000001",
    "127.1",
    // Private networks and carriers' NAT.
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "[fd12:3456:789a::1]",
    // The link, and what clouds serve there.
    "169.254.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "[fe80::1]",
    "[fd00:ec2::254]",
    // Many, all, reserved, documentation.
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.2.1",
    "[ff02::1]",
    "[2001:db8::1]",
    // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, Teredo.
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
];

/// A configuration without allowed addresses but these.
fn folder(allowed: &str, declarations: &str) -> Folder {
    let folder = Folder::empty();
    folder.write(
        "hookmill.toml",
        &format!(
            "[server]\nlisten = \"127.0.0.1:0\"\ndata_dir = \"data\"\noperator_key = {{ env = \"OPERATOR_KEY\" }}\n[egress]\nallow_addresses = [{allowed}]\n[tenants.acme.sources.dodo]\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n{declarations}"
        ),
    );
    folder
}

fn endpoint(name: &str, url: &str, settings: &str) -> String {
    format!(
        "[tenants.acme.endpoints.{name}]\nurl = \"{url}\"\nretry = {{ delays_s = [3600] }}\n{settings}\n"
    )
}

/// Publishes an event and gives its deliveries, by endpoint.
fn deliveries(folder: &Folder) -> Vec<Value> {
    let relay = Relay::start(folder);
    let id = relay.accept("evt_1", PAYMENT);
    let event = relay.finished(&id);
    event["deliveries"].as_array().expect("a list").clone()
}

/// Refused before anything was dialled, and not to be tried again.
fn assert_forbidden(delivery: &Value, what: &str) {
    assert_eq!(delivery["status"], "dead_letter", "{what}: {delivery}");
    let attempts = delivery["attempts"].as_array().expect("a list");
    assert_eq!(attempts.len(), 1, "{what}: {delivery}");
    assert_eq!(
        attempts[0]["error"]["kind"], "forbidden",
        "{what}: {delivery}"
    );
}

#[test]
fn no_special_address_is_dialled_however_it_is_written() {
    let sink = Sink::start();
    let port = sink.address().port();
    let mut declarations = String::new();
    for (index, host) in SPECIAL.iter().enumerate() {
        let url = format!("http://{host}:{port}/");
        declarations.push_str(&endpoint(&format!("e{index}"), &url, ""));
    }
    let deliveries = deliveries(&folder("", &declarations));
    assert_eq!(deliveries.len(), SPECIAL.len());
    for delivery in &deliveries {
        let name = delivery["endpoint"].as_str().expect("a name");
        let index: usize = name[1..].parse().expect("a number");
        assert_forbidden(delivery, SPECIAL[index]);
    }
    assert!(sink.received().is_empty());
}

#[test]
fn a_transform_reaches_no_special_address_though_its_host_is_allowed() {
    let sink = Sink::start();
    let port = sink.address().port();
    let targets = ["127.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]", "[::1]"];
    let mut declarations = String::new();
    for (index, host) in targets.iter().enumerate() {
        let _ = write!(
            declarations,
            "[tenants.acme.transforms.t{index}]\nfile = \"t{index}.js\"\n"
        );
        declarations.push_str(&endpoint(
            &format!("e{index}"),
            "https://hooks.example.com/",
            &format!("transform = \"t{index}\"\nhosts = [\"hooks.example.com\", \"{host}\"]"),
        ));
    }
    let folder = folder("", &declarations);
    for (index, host) in targets.iter().enumerate() {
        let url = format!("http://{host}:{port}/latest/meta-data/");
        folder.write(
            &format!("t{index}.js"),
            &format!("function handler(webhook) {{ webhook.url = {url:?}; return webhook; }}\n"),
        );
    }
    let deliveries = deliveries(&folder);
    assert_eq!(deliveries.len(), targets.len());
    for delivery in &deliveries {
        assert_forbidden(delivery, &delivery["endpoint"].to_string());
    }
    assert!(sink.received().is_empty());
}

#[test]
fn an_allowed_range_admits_its_own_addresses_and_no_others() {
    let sink = Sink::start();
    let port = sink.address().port();
    let declarations = [
        ("named", "127.0.0.1"),
        ("mapped", "[::ffff:127.0.0.1]"),
        ("beside", "127.0.0.2"),
        ("other", "[::1]"),
        ("metadata", "169.254.169.254"),
    ]
    .map(|(name, host)| endpoint(name, &format!("http://{host}:{port}/{name}"), ""))
    .concat();
    for delivery in deliveries(&folder("\"127.0.0.1/32\"", &declarations)) {
        let name = delivery["endpoint"].as_str().expect("a name");
        match name {
            "named" => assert_eq!(delivery["status"], "delivered", "{delivery}"),
            // Whether the machine dials it depends on its IPv6; it is allowed.
            "mapped" => assert_ne!(
                delivery["attempts"][0]["error"]["kind"], "forbidden",
                "{delivery}"
            ),
            _ => assert_forbidden(&delivery, name),
        }
    }
    let paths: Vec<_> = sink.received().into_iter().map(|one| one.path).collect();
    assert!(
        paths
            .iter()
            .all(|path| path == "/named" || path == "/mapped"),
        "{paths:?}"
    );
}

#[test]
fn a_redirect_leads_nowhere() {
    let inner = Sink::start();
    let inner_url = inner.url("/latest/meta-data/");
    let sink = Sink::answering(move |received| {
        let status = received.path.trim_start_matches('/').parse();
        Answer::status(status.expect("the path is a status")).with("location", inner_url.clone())
    });
    let statuses = [301, 302, 303, 307, 308];
    let declarations: String = statuses
        .iter()
        .map(|status| {
            let url = sink.url(&format!("/{status}"));
            format!(
                "[tenants.acme.endpoints.e{status}]\nurl = \"{url}\"\nretry = {{ delays_s = [] }}\n"
            )
        })
        .collect();
    let deliveries = deliveries(&folder("\"127.0.0.0/8\"", &declarations));
    assert_eq!(deliveries.len(), statuses.len());
    for delivery in &deliveries {
        assert_eq!(delivery["status"], "dead_letter", "{delivery}");
        let status = delivery["attempts"][0]["status"].as_u64();
        assert_eq!(
            Some(format!("e{}", status.expect("a status")).as_str()),
            delivery["endpoint"].as_str()
        );
    }
    assert!(inner.received().is_empty());
}
