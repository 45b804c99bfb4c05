//! Uploads that bring no events: each is tried on the built-in samples that its
//! endpoints want. What fails on all of them does not become active.

use hookmill_tests::folder::Folder;
use hookmill_tests::http::Response;
use hookmill_tests::relay::Relay;
use hookmill_tests::uploads::{call, form, path, program};
use serde_json::{Value, json};

/// `refunds` wants two types, `paused` one, `old` is pinned and has no say.
const DECLARED: &str = r#"
[tenants.acme.transforms.t]
upload = true
[tenants.acme.limits]
fuel_max = 5000000
[tenants.acme.transforms.unused]
upload = true
[tenants.acme.transforms.own]
upload = true
[tenants.acme.endpoints.refunds]
url = "https://a.test/"
transform = "t"
events = ["refund.*"]
env = { TEAM = "refunds" }
[tenants.acme.endpoints.paused]
url = "https://b.test/"
transform = "t"
events = ["subscription.paused", "own.type"]
env = { TEAM = "paused" }
[tenants.acme.endpoints.old]
url = "https://c.test/"
transform = "t@1"
[tenants.acme.endpoints.own]
url = "https://d.test/"
transform = "own"
events = ["own.*"]
"#;

const THROWS: &str = "function handler(w) { throw new Error('always'); }";

fn upload(relay: &Relay, transform: &str, below: &str, source: &str) -> Response {
    let parts = [("program", "h.js", source.as_bytes())];
    form(relay, &path(transform, below), &parts)
}

fn active(relay: &Relay, transform: &str) -> Value {
    call(relay, "GET", &path(transform, ""), "").json()["active"]["version"].clone()
}

#[test]
fn what_fails_on_all_of_them_does_not_become_active() {
    let folder = Folder::new(DECLARED);
    let relay = Relay::start(&folder);
    for (source, says) in [
        (THROWS, "thrown: Error: always"),
        ("function handler(w) { return 1 }", "invalid_result"),
        // Only `env` of the right endpoint is there.
        (
            "function handler(w) { return w.env.NOT_SET.trim() }",
            "thrown",
        ),
        (
            "function handler(w) { w.url = 'https://evil.test/'; return w }",
            "evil.test",
        ),
        (
            "function handler(w) { w.method = 'DELETE'; return w }",
            "`methods`",
        ),
        ("function handler() { for (;;); }", "fuel"),
    ] {
        for below in ["/version", "/check"] {
            let answer = upload(&relay, "t", below, source);
            let text = answer.json();
            assert_eq!(answer.status, 422, "{source}: {text}");
            let detail = text["detail"].as_str().expect("a detail");
            assert!(
                detail.contains("each of the 3 built-in sample events"),
                "{detail}"
            );
            assert!(detail.contains(says), "{detail}");
            assert_eq!(text["builtIn"]["tried"], 3, "{text}");
        }
        assert_eq!(active(&relay, "t"), Value::Null, "{source}");
    }
    let alone = program(&relay, "unused", "text/javascript", THROWS.as_bytes());
    assert_eq!(alone.status, 422);
    let versions = call(&relay, "GET", &path("t", "/version"), "").json();
    assert_eq!(versions["data"], json!([]));
}

#[test]
fn what_fails_on_some_becomes_active_and_is_told() {
    let folder = Folder::new(DECLARED);
    let relay = Relay::start(&folder);
    let source =
        "function handler(w) { if (w.env.TEAM === 'paused') throw new Error('no'); return w }";
    let answer = upload(&relay, "t", "/version", source);
    let text = answer.json();
    assert_eq!(answer.status, 201, "{text}");
    assert_eq!(active(&relay, "t"), 1);
    assert_eq!(text["builtIn"]["tried"], 3);
    let failed = text["builtIn"]["failed"].as_array().expect("a list");
    let names: Vec<_> = failed.iter().map(|it| &it["sample"]).collect();
    assert_eq!(names, ["subscription.paused"]);
    assert_eq!(failed[0]["fault"]["message"], "Error: no");
}

#[test]
fn a_version_that_is_only_kept_and_one_with_events_of_its_own_are_not_refused() {
    let folder = Folder::new(DECLARED);
    let relay = Relay::start(&folder);
    let kept = upload(&relay, "t", "/version?activate=false", THROWS);
    assert_eq!(kept.status, 201);
    assert_eq!(
        kept.json()["builtIn"]["failed"].as_array().map(Vec::len),
        Some(3)
    );
    assert_eq!(active(&relay, "t"), Value::Null);
    // For other senders' events, of a shape that the samples have not.
    let other = "function handler(w) { w.payload = w.payload.repository.name; return w }";
    assert_eq!(upload(&relay, "unused", "/version", other).status, 422);
    let parts = [
        ("program", "h.js", other.as_bytes()),
        (
            "event",
            "push.json",
            br#"{"repository": {"name": "a"}}"#.as_slice(),
        ),
    ];
    let with_events = form(&relay, &path("unused", "/version"), &parts);
    assert_eq!(with_events.status, 201);
    assert_eq!(
        with_events.json()["builtIn"],
        json!({"tried": 0, "failed": []})
    );
    // Nobody wants what is in the binary: nothing is known.
    assert_eq!(upload(&relay, "own", "/version", other).status, 201);
}
