//! `hookmill sample`: the events in the binary; and what is tried on them.

use super::Workspace;
use serde_json::{Value, json};

#[test]
fn every_sample_is_listed_and_printed_and_can_be_run() {
    let workspace = Workspace::new();
    workspace.write(
        "t.js",
        "const handler = (w) => ({ ...w, payload: w.eventType });",
    );
    let names = workspace.call(["sample"]).expect_code(0).stdout;
    let list = workspace.call(["sample", "--json"]).expect_code(0).stdout;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 65);
    assert_eq!(names.lines().count(), 65);
    for (line, entry) in names.lines().zip(list) {
        assert_eq!(entry["name"], line);
        let body = workspace.call(["sample", line]).expect_code(0).stdout;
        assert_eq!(entry["bytes"], body.len());
        let event: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(event["type"], entry["type"]);
    }
    let body = workspace
        .call(["sample", "dispute.opened.null_fields"])
        .stdout;
    let called = workspace.call_with(["run", "t.js", "--event", "-", "--json"], &body);
    let ran: Value = serde_json::from_str(&called.expect_code(0).stdout).expect("JSON");
    assert_eq!(ran["webhook"]["payload"], "dispute.opened");
}

#[test]
fn a_type_that_is_not_there_is_answered_by_one_that_is() {
    let workspace = Workspace::new();
    for (name, hint) in [
        ("payment.suceeded", "did you mean `payment.succeeded`? "),
        ("nothing.at_all", ""),
        ("nothing.*", ""),
    ] {
        let called = workspace.call(["sample", name]).expect_code(2);
        assert_eq!(
            called.stderr,
            format!(
                "hookmill: there is no sample `{name}`: {hint}`hookmill sample` lists those there are\n"
            )
        );
        assert_eq!(called.stdout, "");
    }
    let below = workspace
        .call(["sample", "dunning.*"])
        .expect_code(0)
        .stdout;
    assert_eq!(below, "dunning.recovered\ndunning.started\n");
}

#[test]
fn check_tries_each_type_that_the_endpoint_wants() {
    let workspace = Workspace::new();
    workspace.write("picky.js", "function handler(w) { if (w.eventType.startsWith('refund.')) throw new Error('no refunds'); return w; }")
        .write("broken.js", "function handler(w) { return w.payload.repository.name; }")
        .write("endless.js", "function handler() { for (;;); }")
        .write("hookmill.toml", "[tenants.a.endpoints.refunds]\nurl = 'https://a.test/'\nevents = ['refund.*']\n[tenants.a.endpoints.own]\nurl = 'https://a.test/'\nevents = ['own.type']\n");
    let check = |program: &str, more: &[&str], code: i32| -> Value {
        let called = workspace.call([&["check", program, "--json"], more].concat());
        let checked: Value = serde_json::from_str(&called.expect_code(code).stdout).expect("JSON");
        checked["programs"][0]["builtIn"].clone()
    };
    let picky = check("picky.js", &[], 0);
    assert_eq!(picky["tried"], 47);
    let failed: Vec<_> = picky["failed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["sample"])
        .collect();
    assert_eq!(failed, ["refund.failed", "refund.succeeded"]);
    assert_eq!(
        check("broken.js", &[], 1)["failed"]
            .as_array()
            .map(Vec::len),
        Some(47)
    );
    // What does not end is not tried 47 times.
    assert_eq!(
        check("endless.js", &["--fuel-max", "1000000"], 1)["tried"],
        3
    );
    let endpoint = |name| ["--config", "hookmill.toml", "--endpoint", name];
    assert_eq!(check("picky.js", &endpoint("a/refunds"), 1)["tried"], 2);
    let own = check("broken.js", &endpoint("a/own"), 0);
    assert_eq!(own, json!({"tried": 0, "failed": []}));
    let text = workspace.call(["check", "picky.js"]).expect_code(0).stdout;
    assert!(text.contains("  tried     on 47 built-in events: 45 ran, 2 failed\n  event     refund.failed: thrown: Error: no refunds\n"), "{text}");
}
