//! Bodies that are not JSON, and warnings, as the command line shows them.

use super::Workspace;
use serde_json::Value;
use std::fs;

const HANDLER: &str = r#"
function handler(webhook) {
    const { type } = webhook.payload;
    if (type === "form") webhook.payload = new URLSearchParams({ To: "+49 1", Body: "1" });
    if (type === "text") { webhook.headers["content-type"] = "text/plain"; webhook.payload = "1"; }
    if (type === "bytes") webhook.payload = new Uint8Array([255, 0]);
    if (type === "number") webhook.payload = 1;
    if (type === "odd") webhook.url += "/" + webhook.env.MISSING;
    return webhook;
}
"#;

const TYPES: [&str; 5] = ["form", "text", "bytes", "number", "odd"];

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("handler.js", HANDLER);
    for name in TYPES {
        let event = format!("{{\"type\": \"{name}\"}}");
        workspace.write(&format!("events/{name}.json"), event);
    }
    workspace
}

fn run(workspace: &Workspace, name: &str, flags: &[&str]) -> String {
    let event = format!("events/{name}.json");
    let arguments = ["run", "handler.js", "--event", event.as_str()];
    let called = workspace.call(arguments.iter().chain(flags)).expect_code(0);
    called.stdout
}

#[test]
fn a_body_that_is_not_json_stands_as_text_or_in_base64() {
    let workspace = workspace();
    for (name, key, expected) in [
        ("form", "payloadText", Value::from("To=%2B49+1&Body=1")),
        ("text", "payloadText", "1".into()),
        ("bytes", "payloadBase64", "/wA=".into()),
        ("number", "payload", 1.into()),
    ] {
        let object: Value =
            serde_json::from_str(&run(&workspace, name, &["--json"])).expect("JSON");
        let webhook = object["webhook"].as_object().expect("a webhook");
        assert_eq!(webhook[key], expected, "{object}");
        let payloads = webhook.keys().filter(|name| name.starts_with("payload"));
        assert_eq!(payloads.count(), 1, "{object}");
    }
    let text = run(&workspace, "form", &[]);
    for part in [
        "\ncontent-type: application/x-www-form-urlencoded;charset=UTF-8\n",
        "\n\nTo=%2B49+1&Body=1\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let bytes = run(&workspace, "bytes", &[]);
    assert!(bytes.contains("\n2 bytes, in base64:\n/wA=\n"), "{bytes}");
}

#[test]
fn what_update_writes_passes_afterwards_and_a_text_is_no_number() {
    let workspace = workspace();
    let called = workspace.call(["test", "--update"]).expect_code(0);
    assert!(called.stdout.contains("5 updated"), "{}", called.stdout);
    workspace.call(["test"]).expect_code(0);
    let file = workspace.path("expected/text.json");
    let written = fs::read_to_string(&file).expect("a file");
    assert!(written.contains("\"payloadText\": \"1\""), "{written}");
    let number = written.replace("\"payloadText\": \"1\"", "\"payload\": 1");
    workspace.write("expected/text.json", number);
    let called = workspace.call(["test"]).expect_code(1);
    assert!(called.stdout.contains("payloadText"), "{}", called.stdout);
}

#[test]
fn a_warning_is_shown_wherever_a_request_is() {
    let workspace = workspace();
    let warning = "`undefined` in the path of `url`: is a variable missing?";
    let text = run(&workspace, "odd", &[]);
    assert!(text.contains(&format!("\nwarning: {warning}\n")), "{text}");
    let object: Value = serde_json::from_str(&run(&workspace, "odd", &["--json"])).expect("JSON");
    assert_eq!(object["warnings"][0], warning, "{object}");
    let arguments = ["check", "handler.js", "--event", "events/odd.json"];
    let called = workspace.call(arguments).expect_code(0);
    let line = format!("  warning   {warning}\n");
    assert!(called.stdout.contains(&line), "{}", called.stdout);
    let called = workspace
        .call(arguments.iter().chain(&["--json"]))
        .expect_code(0);
    let object: Value = serde_json::from_str(&called.stdout).expect("JSON");
    let event = &object["programs"][0]["events"][0];
    assert_eq!(event["warnings"][0], warning, "{object}");
    workspace.call(["test", "--update"]).expect_code(0);
    let called = workspace.call(["test"]).expect_code(0);
    let line = format!("    warning  {warning}\n");
    assert!(called.stdout.contains(&line), "{}", called.stdout);
    let called = workspace.call(["test", "--json"]).expect_code(0);
    let object: Value = serde_json::from_str(&called.stdout).expect("JSON");
    let mut cases = object["cases"].as_array().expect("a list").iter();
    let odd = cases.find(|case| case["name"] == "odd").expect("a case");
    assert_eq!(odd["warnings"][0], warning, "{object}");
}
