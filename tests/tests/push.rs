//! `hookmill push`: the command line's side of uploading.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::{OPERATOR_KEY, Relay};
use hookmill_tests::sink::Sink;
use hookmill_tests::uploads::{call, path};
use serde_json::Value;
use std::process::{Command, Output};

const HANDLER: &str = "export function handler(webhook: { payload: any }): unknown {
  webhook.payload = { total: webhook.payload.data.total as number };
  return webhook;
}
";

fn folder(sink: &Sink) -> Folder {
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nupload = true\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n",
        sink.url("/")
    ));
    folder.write("t.ts", HANDLER);
    folder.write("good.json", r#"{"type":"a","data":{"total":1}}"#);
    folder.write("bad.json", r#"{"type":"a"}"#);
    folder
}

/// `hookmill push` in the folder, with these arguments and the right key.
fn push(folder: &Folder, server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary::hookmill());
    command
        .arg("push")
        .args(arguments)
        .args(["--app", "acme", "--transform", "t", "--server", server])
        .current_dir(folder.path())
        .env("HOOKMILL_OPERATOR_KEY", OPERATOR_KEY)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir());
    command
}

fn server(relay: &Relay) -> String {
    format!("http://{}", relay.address())
}

fn output(mut command: Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_pushed_program_is_the_next_version_and_runs() {
    let sink = Sink::start();
    let folder = folder(&sink);
    let relay = Relay::start(&folder);
    let command = push(&folder, &server(&relay), &["t.ts", "--event", "good.json"]);
    let (code, stdout, stderr) = output(command);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(
        stdout.starts_with("t.ts is version 1 of acme/t: active, run by e\n"),
        "{stdout}"
    );
    assert!(stdout.contains("kind     typescript\n"), "{stdout}");
    assert!(
        stdout.contains(&format!("event    good.json: POST {}", sink.url("/"))),
        "{stdout}"
    );
    let id = relay.accept("evt_1", br#"{"type":"a","data":{"total":7}}"#);
    relay.finished(&id);
    assert_eq!(sink.received()[0].body, br#"{"total":7}"#);
    folder.write("t.ts", &HANDLER.replace("total", "sum"));
    let command = push(
        &folder,
        &server(&relay),
        &["t.ts", "--no-activate", "--json"],
    );
    let (code, stdout, stderr) = output(command);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    let version: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(version["version"], 2);
    assert_eq!(version["active"], false);
}

#[test]
fn what_the_relay_refuses_is_shown_and_nothing_is_kept() {
    let sink = Sink::start();
    let folder = folder(&sink);
    let relay = Relay::start(&folder);
    folder.write("broken.js", "function handler( {");
    let cases: [(&[&str], &str, &str); 3] = [
        (
            &["t.ts", "--event", "good.json", "--event", "bad.json"],
            "event    bad.json: thrown",
            "1 of 2",
        ),
        (
            &["t.ts", "--check", "--event", "bad.json"],
            "bad.json: thrown",
            "1 of 1",
        ),
        (&["broken.js"], "", "broken.js:1:"),
    ];
    for (arguments, on_stdout, on_stderr) in cases {
        let (code, stdout, stderr) = output(push(&folder, &server(&relay), arguments));
        assert_eq!(code, Some(1), "{stdout}{stderr}");
        assert!(stdout.contains(on_stdout), "{stdout}");
        assert!(stderr.contains(on_stderr), "{stderr}");
    }
    let (code, stdout, _) = output(push(&folder, &server(&relay), &["t.ts", "--check"]));
    assert_eq!(code, Some(0));
    assert!(
        stdout.starts_with("t.ts would be accepted for acme/t; nothing was kept\n"),
        "{stdout}"
    );
    let versions = call(&relay, "GET", &path("t", "/version"), "").json();
    assert_eq!(versions["data"], serde_json::json!([]));
    let mut command = push(&folder, &server(&relay), &["t.ts"]);
    command.env("HOOKMILL_OPERATOR_KEY", "wrong");
    let (code, _, stderr) = output(command);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("operator key"), "{stderr}");
}

#[test]
fn what_can_not_be_sent_is_said_in_one_line() {
    let sink = Sink::start();
    let folder = folder(&sink);
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    let nobody = format!("http://{}", port.expect("a port"));
    let without_key = {
        let mut command = push(&folder, &nobody, &["t.ts"]);
        command.env_remove("HOOKMILL_OPERATOR_KEY");
        command
    };
    let with_key = |key: &str| {
        let mut command = push(&folder, &nobody, &["t.ts"]);
        command.env("HOOKMILL_OPERATOR_KEY", key);
        command
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    folder.write("broken.pem", broken);
    let with_roots = |file| push(&folder, &nobody, &["t.ts", "--root-certificates", file]);
    let cases = [
        (without_key, "HOOKMILL_OPERATOR_KEY"),
        (with_key(" "), "`HOOKMILL_OPERATOR_KEY` is empty"),
        (with_key("Bearer abc"), "begins with `Bearer`"),
        (with_key("'abc'"), "stands in quotes"),
        (push(&folder, &nobody, &["none.wasm"]), "none.wasm"),
        (
            push(&folder, &nobody, &["t.ts", "--event", "none.json"]),
            "none.json",
        ),
        (push(&folder, "ftp://relay.test", &["t.ts"]), "http"),
        (push(&folder, &nobody, &["t.ts"]), "does not answer"),
        (with_roots("none.pem"), "none.pem can't be used"),
        (
            with_roots("t.ts"),
            "t.ts can't be used: it holds no certificate",
        ),
        (with_roots("broken.pem"), "broken.pem can't be used"),
    ];
    for (command, words) in cases {
        let (code, stdout, stderr) = output(command);
        assert_eq!(code, Some(2), "{stdout}{stderr}");
        assert!(stderr.contains(words), "{stderr}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
        let parts: Vec<_> = stderr.trim_end().split(": ").collect();
        let once: std::collections::HashSet<_> = parts.iter().collect();
        assert_eq!(parts.len(), once.len(), "told twice: {stderr}");
    }
}
