//! `--config` and `--endpoint`: a transform is tried out as the relay would run
//! it for that endpoint, without its secrets.

use super::{Called, Workspace};
use serde_json::{Value, json};

/// The codings of an answer that are read.
const CODINGS: &str = "gzip, deflate, br";

const EVENT: &str = r#"{"type":"payment.succeeded","data":{"url":"","method":"POST"}}"#;

/// Does what the event says.
const HANDLER: &str = "function handler(webhook) {
    const { url, method } = webhook.payload.data;
    if (url) webhook.url = url;
    webhook.method = method;
    webhook.headers = { 'X-Team': webhook.env.TEAM ?? 'none', 'content-type': 'application/json' };
    return webhook;
}";

const CONFIG: &str = r#"
[server]
operator_key = { env = "HOOKMILL_TEST_NOT_SET" }

[egress]
root_certificates = ["not-there.pem"]

[tenants.acme.sources.dodo]
secrets = [{ file = "not-there" }]

[tenants.acme.transforms.other]
file = "not-there.js"

[tenants.acme.credentials.key]
bearer = { env = "HOOKMILL_TEST_NOT_SET" }
hosts = ["api.slack.test"]

[tenants.acme.credentials.site]
basic = { user = { env = "HOOKMILL_TEST_NOT_SET" }, password = { env = "HOOKMILL_TEST_NOT_SET" } }
hosts = ["api.slack.test"]

[tenants.acme.credentials.header]
header = { name = "X-Api-Key", value = { env = "HOOKMILL_TEST_NOT_SET" } }
hosts = ["api.slack.test"]

[tenants.acme.endpoints.slack]
url = "https://api.slack.test/post"
credential = "key"
headers = { "x-fixed" = "yes", "X-Team" = "fixed" }
env = { TEAM = "north" }
limits = { fuel_max = 400000000 }
signing = { secrets = [{ env = "HOOKMILL_TEST_NOT_SET" }] }

[tenants.acme.endpoints.basic]
url = "https://api.slack.test/post"
credential = "site"

[tenants.acme.endpoints.header]
url = "https://api.slack.test/post"
credential = "header"
hosts = ["api.slack.test", "*.else.test"]
methods = ["GET", "DELETE", "POST"]

[tenants.acme.endpoints.secret]
url = { env = "HOOKMILL_TEST_NOT_SET" }

[tenants.other.endpoints.slack]
url = "https://other.test/"
"#;

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .write("t/handler.js", HANDLER)
        .write("t/env.json", r#"{"TEAM": "from env.json", "MORE": "1"}"#)
        .write("hookmill.toml", CONFIG)
        .write("e.json", EVENT);
    workspace
}

fn event(url: &str, method: &str) -> String {
    json!({"type": "a", "data": {"url": url, "method": method}}).to_string()
}

fn run(workspace: &Workspace, endpoint: &str, event: &str, more: &[&str]) -> Called {
    let arguments = ["run", "t", "--event", "-", "--config", "hookmill.toml"];
    let arguments = [&arguments, ["--endpoint", endpoint].as_slice(), more].concat();
    workspace.call_with(arguments, event)
}

fn run_json(workspace: &Workspace, endpoint: &str, event: &str, more: &[&str], code: i32) -> Value {
    let called = run(workspace, endpoint, event, &[&["--json"], more].concat());
    serde_json::from_str(&called.expect_code(code).stdout).expect("JSON")
}

#[test]
fn the_request_is_shown_as_it_would_be_sent_with_its_secrets_masked() {
    let workspace = workspace();
    let shown = run_json(&workspace, "acme/slack", EVENT, &[], 0);
    assert_eq!(
        shown["sent"],
        json!({
            "url": "https://api.slack.test/post",
            "method": "POST",
            "headers": {
                "accept": "*/*",
                "accept-encoding": CODINGS,
                "authorization": "Bearer ****",
                "content-type": "application/json",
                "user-agent": "Hookmill/0.1.0",
                "webhook-id": "(made when it is sent)",
                "webhook-signature": "(made when it is sent)",
                "webhook-timestamp": "(made when it is sent)",
                "x-fixed": "yes",
                "x-team": "north",
            },
        })
    );
    assert_eq!(shown["limits"]["fuel"]["max"], 400_000_000);
    assert_eq!(shown["needs"], json!([]));
    let text = run(&workspace, "acme/slack", EVENT, &[])
        .expect_code(0)
        .stdout;
    assert!(
        text.starts_with(
            "POST https://api.slack.test/post\naccept: */*\naccept-encoding: gzip, deflate, br\nauthorization: Bearer ****\ncontent-type: application/json\n"
        ),
        "{text}"
    );
    let basic = run_json(&workspace, "acme/basic", EVENT, &[], 0);
    assert_eq!(basic["sent"]["headers"]["authorization"], "Basic ****");
    let header = run_json(&workspace, "acme/header", EVENT, &[], 0);
    assert_eq!(header["sent"]["headers"]["x-api-key"], "****");
    // A credential stays at its hosts.
    let elsewhere = event("https://a.else.test/", "POST");
    let header = run_json(&workspace, "acme/header", &elsewhere, &[], 0);
    assert_eq!(header["sent"]["headers"].get("x-api-key"), None);
}

#[test]
fn what_the_endpoint_does_not_allow_is_a_fault() {
    let workspace = workspace();
    for (endpoint, url, method, refused) in [
        (
            "acme/slack",
            "https://evil.test/",
            "POST",
            Some("names the host evil.test"),
        ),
        // The credential's hosts have no port.
        ("acme/slack", "https://api.slack.test:8443/", "POST", None),
        (
            "other/slack",
            "https://other.test:8443/",
            "POST",
            Some("names the host other.test:8443"),
        ),
        ("acme/slack", "", "GET", Some("`method` is GET")),
        ("acme/slack", "", "DELETE", Some("`method` is DELETE")),
        ("acme/slack", "", "PATCH", None),
        ("acme/header", "", "GET", None),
        ("acme/header", "https://b.else.test/x", "DELETE", None),
        (
            "acme/header",
            "https://else.test/",
            "POST",
            Some("names the host else.test"),
        ),
        ("acme/header", "", "PUT", Some("`method` is PUT")),
        ("other/slack", "", "POST", None),
        ("acme/secret", "", "DELETE", Some("`method` is DELETE")),
    ] {
        let code = i32::from(refused.is_some());
        let shown = run_json(&workspace, endpoint, &event(url, method), &[], code);
        let message = shown["fault"]["message"].as_str();
        match refused {
            None => assert_eq!(message, None, "{endpoint} {url} {method}"),
            Some(refused) => {
                let message = message.expect("a fault");
                assert!(message.contains(refused), "{message}");
                assert_eq!(shown["fault"]["code"], "invalid_result");
            }
        }
    }
}

#[test]
fn flags_win_over_the_endpoint() {
    let workspace = workspace();
    let more = [
        "--env",
        "TEAM=mine",
        "--url",
        "https://b.else.test/",
        "--fuel-max",
        "300000000",
    ];
    let shown = run_json(&workspace, "acme/header", EVENT, &more, 0);
    assert_eq!(shown["sent"]["url"], "https://b.else.test/");
    assert_eq!(shown["sent"]["headers"]["x-team"], "mine");
    assert_eq!(shown["limits"]["fuel"]["max"], 300_000_000);
    // What the endpoint lacks, the folder's env.json does not make up for.
    let shown = run_json(&workspace, "acme/header", EVENT, &[], 0);
    assert_eq!(shown["sent"]["headers"]["x-team"], "none");
}

#[test]
fn a_secret_url_has_a_stand_in_and_its_host_is_not_known() {
    let workspace = workspace();
    let own = run_json(&workspace, "acme/secret", EVENT, &[], 0);
    assert_eq!(own["sent"]["url"], "https://secret-url.invalid/");
    assert_eq!(own["needs"], json!([]));
    let other = event("https://hooks.slack.test/x", "POST");
    let other = run_json(&workspace, "acme/secret", &other, &[], 0);
    let need = other["needs"][0].as_str().expect("a need");
    assert!(need.contains("`hosts = [\"hooks.slack.test\"]`"), "{need}");
}

#[test]
fn an_endpoint_that_is_not_there_is_answered_by_those_that_are() {
    let workspace = workspace();
    let all = "acme/basic, acme/header, acme/secret, acme/slack, other/slack";
    let missing = ["run", "t", "--event", "e.json", "--config", "hookmill.toml"];
    let called = workspace.call(missing).expect_code(2);
    assert_eq!(
        called.stderr,
        format!(
            "hookmill: --endpoint has to say which endpoint of hookmill.toml it is for: {all}\n"
        )
    );
    let called = run(&workspace, "acme/slak", EVENT, &[]).expect_code(2);
    assert_eq!(
        called.stderr,
        format!(
            "hookmill: hookmill.toml declares no endpoint `acme/slak`; did you mean `acme/slack`? There are: {all}\n"
        )
    );
    let called = run(&workspace, "slack", EVENT, &[]).expect_code(2);
    assert!(
        called.stderr.ends_with(&format!("there are: {all}\n")),
        "{}",
        called.stderr
    );
    workspace.write(
        "hookmill.toml",
        "[tenants.a.endpoints.e]\nurl = 7\nmetods = []\n",
    );
    let called = run(&workspace, "a/e", EVENT, &[]).expect_code(2);
    assert!(
        called.stderr.contains("hookmill.toml:2:7: "),
        "{}",
        called.stderr
    );
    assert!(
        called.stderr.contains("hookmill.toml:3:1: "),
        "{}",
        called.stderr
    );
    workspace.write("hookmill.toml", "");
    let called = run(&workspace, "a/e", EVENT, &[]).expect_code(2);
    assert_eq!(
        called.stderr,
        "hookmill: hookmill.toml declares no endpoint\n"
    );
}

#[test]
fn test_and_check_ask_the_endpoint_too() {
    let workspace = workspace();
    workspace
        .write("t/events/good.json", EVENT)
        .write("t/events/bad.json", event("https://evil.test/", "POST"));
    let endpoint = ["--config", "hookmill.toml", "--endpoint", "acme/slack"];
    let arguments = [&["test", "t", "--update", "--json"], endpoint.as_slice()].concat();
    let called = workspace.call(arguments).expect_code(1);
    let tested: Value = serde_json::from_str(&called.stdout).expect("JSON");
    let results = tested["cases"].as_array().expect("a list");
    let results: Vec<_> = results
        .iter()
        .map(|it| (&it["name"], &it["result"]))
        .collect();
    assert_eq!(
        results,
        [
            (&json!("bad"), &json!("no_expectation")),
            (&json!("good"), &json!("updated"))
        ]
    );
    let expected = std::fs::read_to_string(workspace.path("t/expected/good.json")).expect("a file");
    assert!(expected.contains("\"X-Team\": \"north\""), "{expected}");
    for (file, code) in [("t/events/good.json", 0), ("t/events/bad.json", 1)] {
        let arguments = [
            &["check", "t/handler.js", "--event", file],
            endpoint.as_slice(),
        ]
        .concat();
        workspace.call(arguments).expect_code(code);
    }
}

#[test]
fn without_an_endpoint_it_is_said_what_one_would_need() {
    let workspace = workspace();
    let event = event("https://api.slack.test/", "DELETE");
    let called = workspace.call_with(["run", "t", "--event", "-"], &event);
    let text = called.expect_code(0).stdout;
    for need in [
        "note: an endpoint with another host in its `url` needs `hosts = [\"api.slack.test\"]`\n",
        "note: an endpoint needs `methods = [\"DELETE\"]`, because only POST, PUT and PATCH are allowed otherwise\n",
        "\nx-team: from env.json\n",
    ] {
        assert!(text.contains(need), "{text}");
    }
    // A file's own folder counts as a folder does.
    workspace.write("del.json", &event);
    for path in ["t", "t/handler.js"] {
        let called = workspace.call(["check", path, "--event", "del.json", "--json"]);
        let checked: Value = serde_json::from_str(&called.expect_code(0).stdout).expect("JSON");
        let needs = &checked["programs"][0]["events"][0]["needs"];
        assert_eq!(needs.as_array().map(Vec::len), Some(2), "{checked}");
    }
    let arguments = [
        "run",
        "t/handler.js",
        "--event",
        "e.json",
        "--url",
        "https://api.slack.test/",
    ];
    let text = workspace.call(arguments).expect_code(0).stdout;
    assert!(text.contains("x-team: from env.json\n"), "{text}");
    assert!(!text.contains("note:"), "{text}");
}
