//! Transforms that are uploaded: versions, what endpoints run, and what is
//! refused.

use hookmill_tests::folder::Folder;
use hookmill_tests::http;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::Sink;
use hookmill_tests::uploads::{Part, call, form, javascript, path, program};
use hookmill_tests::wait::eventually;
use serde_json::{Value, json};

const EVENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// A handler that says which one it is.
fn handler(mark: &str) -> String {
    format!(
        "function handler(webhook) {{ webhook.payload = {{ mark: {mark:?} }}; return webhook; }}\n"
    )
}

/// An endpoint `e` that runs the uploaded transform `t`, or what else is said.
fn folder(sink: &Sink, more: &str) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.transforms.t]\nupload = true\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n{more}\n",
        sink.url("/e")
    ))
}

/// The marks that came to a path, in order.
fn marks(sink: &Sink, at: &str) -> Vec<String> {
    let received = sink.received();
    let there = received.iter().filter(|request| request.path == at);
    there
        .map(|request| request.json()["mark"].as_str().unwrap_or("?").to_owned())
        .collect()
}

/// An event's delivery to an endpoint.
fn at(event: &Value, endpoint: &str) -> Value {
    let deliveries = event["deliveries"].as_array().expect("a list");
    let found = deliveries.iter().find(|one| one["endpoint"] == endpoint);
    found.expect("its delivery").clone()
}

fn versions(relay: &Relay) -> Vec<u64> {
    let list = call(relay, "GET", &path("t", "/version"), "").json();
    let data = list["data"].as_array().expect("a list");
    data.iter()
        .map(|version| version["version"].as_u64().expect("a number"))
        .collect()
}

fn active(relay: &Relay) -> Value {
    call(relay, "GET", &path("t", ""), "").json()["active"]["version"].clone()
}

#[test]
fn events_wait_in_the_queue_until_there_is_a_version() {
    let sink = Sink::start();
    let other = Sink::start();
    let without = format!("[tenants.acme.endpoints.f]\nurl = \"{}\"", other.url("/f"));
    let folder = folder(&sink, &without);
    let relay = Relay::start(&folder);
    let waiting = |relay: &Relay| {
        call(relay, "GET", "/api/v1/endpoints", "").json()["data"][0]["waiting"].clone()
    };
    assert_eq!(waiting(&relay), true);
    let ids: Vec<_> = (0..5)
        .map(|n| relay.accept(&format!("evt_{n}"), EVENT))
        .collect();
    // A restart changes nothing about it.
    assert!(relay.terminate().success());
    let relay = Relay::start(&folder);
    // What came later and waits for nothing has arrived.
    let later = relay.accept("evt_later", EVENT);
    let _ = other.wait_for(ids.len() + 1);
    for id in ids.iter().chain([&later]) {
        let delivery = at(&relay.event(id), "e");
        assert_eq!(delivery["status"], "pending", "{delivery}");
        assert_eq!(delivery["attempts"], json!([]), "{delivery}");
    }
    assert_eq!(javascript(&relay, "t", &handler("one")), 1);
    for id in ids.iter().chain([&later]) {
        let delivery = at(&relay.finished(id), "e");
        assert_eq!(delivery["status"], "delivered", "{delivery}");
        assert_eq!(delivery["attempts"][0]["number"], 1, "{delivery}");
    }
    assert_eq!(waiting(&relay), false);
    assert_eq!(marks(&sink, "/e"), vec!["one"; 6]);
}

#[test]
fn a_new_version_runs_at_once_and_one_call_rolls_it_back() {
    let sink = Sink::start();
    let pinned = format!(
        "[tenants.acme.endpoints.old]\nurl = \"{}\"\ntransform = \"t@1\"\n",
        sink.url("/old")
    );
    let folder = folder(&sink, &pinned);
    let relay = Relay::start(&folder);
    let mut sent = 0;
    let mut deliver = |relay: &Relay| {
        sent += 1;
        let id = relay.accept(&format!("evt_{sent}"), EVENT);
        relay.finished(&id);
        let last = |at| marks(&sink, at).pop().expect("a request");
        (last("/e"), last("/old"))
    };
    for (number, mark) in ["one", "two", "three"].iter().enumerate() {
        assert_eq!(javascript(&relay, "t", &handler(mark)), number as u64 + 1);
        assert_eq!(deliver(&relay), ((*mark).to_owned(), "one".to_owned()));
    }
    let rolled_back = call(&relay, "POST", &path("t", "/rollback"), "");
    assert_eq!(rolled_back.status, 200);
    assert_eq!(rolled_back.json()["active"]["version"], 2);
    assert_eq!(deliver(&relay).0, "two");
    let to_three = call(&relay, "POST", &path("t", "/rollback"), r#"{"version": 3}"#);
    assert_eq!(to_three.json()["active"]["version"], 3);
    assert_eq!(deliver(&relay).0, "three");
    let _ = call(&relay, "POST", &path("t", "/rollback"), r#"{"version": 1}"#);
    let nothing_before = call(&relay, "POST", &path("t", "/rollback"), "");
    assert_eq!(nothing_before.status, 409, "{:?}", nothing_before.json());
    // What runs is remembered.
    assert!(relay.terminate().success());
    let relay = Relay::start(&folder);
    assert_eq!(active(&relay), 1);
    assert_eq!(versions(&relay), [3, 2, 1]);
    assert_eq!(deliver(&relay), ("one".to_owned(), "one".to_owned()));
}

#[test]
fn a_version_can_be_kept_without_running_it() {
    let sink = Sink::start();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    assert_eq!(javascript(&relay, "t", &handler("one")), 1);
    let kept = path("t", "/version?activate=false");
    let two = form(
        &relay,
        &kept,
        &[("program", "t.js", handler("two").as_bytes())],
    );
    assert_eq!(two.status, 201);
    assert_eq!(two.json()["active"], false);
    assert_eq!(two.json()["fileName"], "t.js");
    assert_eq!(active(&relay), 1);
    let version = call(&relay, "GET", &path("t", "/version/2"), "").json();
    assert_eq!(version["author"], "operator");
    assert_eq!(version["kind"], "javascript");
    assert_eq!(version["endpoints"], json!([]));
    assert_eq!(version["sizeBytes"], handler("two").len());
    let content = call(&relay, "GET", &path("t", "/version/2/content"), "");
    assert_eq!(content.body, handler("two").as_bytes());
}

#[test]
fn the_same_bytes_are_one_version_and_numbers_are_never_used_again() {
    let sink = Sink::start();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    assert_eq!(javascript(&relay, "t", &handler("one")), 1);
    assert_eq!(javascript(&relay, "t", &handler("two")), 2);
    let again = program(&relay, "t", "text/javascript", handler("one").as_bytes());
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["version"], 1);
    assert_eq!(active(&relay), 1, "it runs as if it were new");
    let delete = |number: u32| {
        call(
            &relay,
            "DELETE",
            &path("t", &format!("/version/{number}")),
            "",
        )
    };
    assert_eq!(delete(2).status, 204);
    assert_eq!(delete(2).status, 404);
    assert_eq!(versions(&relay), [1]);
    assert_eq!(javascript(&relay, "t", &handler("two")), 3);
}

#[test]
fn what_is_in_use_is_not_deleted() {
    let sink = Sink::start();
    let pinned = format!(
        "[tenants.acme.endpoints.old]\nurl = \"{}\"\ntransform = \"t@1\"\n",
        sink.url("/old")
    );
    let folder = folder(&sink, &pinned);
    let relay = Relay::start(&folder);
    let _ = javascript(&relay, "t", &handler("one"));
    let _ = javascript(&relay, "t", &handler("two"));
    for (number, words) in [(1, "`old`"), (2, "active")] {
        let path = path("t", &format!("/version/{number}"));
        let answer = call(&relay, "DELETE", &path, "");
        assert_eq!(answer.status, 409, "{number}");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains(words), "{detail}");
    }
    assert_eq!(versions(&relay), [2, 1]);
}

#[test]
fn a_program_that_fails_a_sample_event_is_not_kept() {
    let sink = Sink::start();
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nupload = true\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\nenv = {{ LIST = \"42\" }}\n",
        sink.url("/e")
    ));
    let relay = Relay::start(&folder);
    let source = b"const handler = (webhook) => {
  webhook.payload = { list: webhook.env.LIST, name: webhook.payload.data.name.trim() };
  console.log('seen', webhook.eventType);
  return webhook;
};";
    let good = br#"{"type":"a.b","data":{"name":" x "}}"#;
    let bad = br#"{"type":"a.c","data":{}}"#;
    let parts = [
        ("program", "t.js", source.as_slice()),
        ("event", "good.json", good.as_slice()),
        ("event", "bad.json", bad.as_slice()),
    ];
    let refused = form(&relay, &path("t", "/version"), &parts);
    assert_eq!(refused.status, 422);
    let problem = refused.json();
    assert_eq!(problem["code"], "unprocessable_content", "{problem}");
    assert!(
        problem["detail"].to_string().contains("bad.json: thrown"),
        "{problem}"
    );
    assert_eq!(problem["samples"][0]["outcome"], "webhook", "{problem}");
    assert_eq!(
        problem["samples"][1]["fault"]["position"]["line"], 2,
        "{problem}"
    );
    assert_eq!(versions(&relay), Vec::<u64>::new());
    // As a check first, and then for good.
    let checked = form(&relay, &path("t", "/check"), &parts[..2]);
    assert_eq!(checked.status, 200);
    assert_eq!(versions(&relay), Vec::<u64>::new());
    let done = form(&relay, &path("t", "/version"), &parts[..2]);
    assert_eq!(done.status, 201);
    let sample = &done.json()["samples"][0];
    assert_eq!(
        sample["webhook"]["payload"], r#"{"list":"42","name":"x"}"#,
        "{sample}"
    );
    assert_eq!(sample["webhook"]["url"], sink.url("/e"), "{sample}");
    assert_eq!(sample["logs"], "info: seen a.b\n", "{sample}");
    assert!(sample["fuel"].as_u64() > Some(0), "{sample}");
    assert_eq!(sink.received().len(), 0, "nothing is sent");
}

#[test]
fn what_is_not_a_program_is_refused_with_a_sentence() {
    let sink = Sink::start();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    let module = b"\0asm\x01\0\0\0".as_slice();
    let wasm = "application/wasm";
    let js = "text/javascript";
    let cases: [(&str, &[u8], u16, &str); 9] = [
        (wasm, module, 422, "core WebAssembly module"),
        (wasm, b"(component)", 422, "WebAssembly text"),
        (wasm, b"", 422, "empty"),
        (wasm, b"\x7fELF\x02", 422, "t.wasm"),
        (js, module, 422, "core WebAssembly module"),
        (
            js,
            b"function handler(webhook) { return webhook",
            422,
            "t.js:1:",
        ),
        (js, b"function other() {}", 422, "handler"),
        (js, b"function handler() {} // \xff", 422, "UTF-8"),
        (
            "text/x-python",
            b"def handler(): pass",
            415,
            "application/wasm",
        ),
    ];
    for (media_type, bytes, status, words) in cases {
        let answer = program(&relay, "t", media_type, bytes);
        let problem = answer.json();
        assert_eq!(answer.status, status, "{problem}");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(detail.contains(words), "{detail}");
        // Behind what a source gets wrong, its line is shown.
        let shows_the_line = words == "t.js:1:";
        assert_eq!(detail.contains('\n'), shows_the_line, "{detail}");
    }
    let syntax = program(&relay, "t", js, b"\n  const x = ;");
    assert_eq!(syntax.json()["position"]["line"], 2, "{}", syntax.json());
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(program(&relay, "t", js, &large).status, 413);
    assert_eq!(versions(&relay), Vec::<u64>::new());
}

#[test]
fn forms_that_are_not_an_upload_are_refused_with_a_sentence() {
    let sink = Sink::start();
    let folder = folder(&sink, "");
    let relay = Relay::start(&folder);
    let source = handler("one");
    let js = ("program", "t.js", source.as_bytes());
    let cases: [(&[Part<'_>], u16, &str); 7] = [
        (&[], 400, "`program` is missing"),
        (&[js, js], 400, "two files"),
        (&[("program", "t.py", b"pass")], 415, "t.py"),
        (&[js, ("event", "e.json", b"[1]")], 400, "e.json"),
        (&[js, ("event", "e.json", b"{\"type\": 1}")], 400, "e.json"),
        (&[js, ("sample", "e.json", b"{}")], 400, "`sample`"),
        (&[js, ("endpoint", "", b"other")], 400, "`other`"),
    ];
    for (parts, status, words) in cases {
        let answer = form(&relay, &path("t", "/version"), parts);
        let problem = answer.json();
        assert_eq!(answer.status, status, "{problem}");
        assert!(problem["detail"].to_string().contains(words), "{problem}");
    }
    let unknown = form(&relay, &path("t", "/version?activated=no"), &[js]);
    assert_eq!(unknown.status, 400);
    assert_eq!(versions(&relay), Vec::<u64>::new());
}

#[test]
fn every_route_wants_the_key_and_knows_its_own_tenant_only() {
    let sink = Sink::start();
    let more = "[tenants.acme.transforms.f]\nfile = \"f.js\"\n[tenants.other.transforms.mine]\nupload = true\n";
    let folder = folder(&sink, more);
    folder.write("f.js", &handler("file"));
    let relay = Relay::start(&folder);
    let _ = javascript(&relay, "t", &handler("one"));
    let routes = [
        ("GET", ""),
        ("POST", "/check"),
        ("POST", "/rollback"),
        ("GET", "/version"),
        ("POST", "/version"),
        ("GET", "/version/1"),
        ("DELETE", "/version/1"),
        ("GET", "/version/1/content"),
    ];
    for (method, below) in routes {
        let at = path("t", below);
        let answer = http::send(relay.address(), method, &at, &[], b"").expect("an answer");
        assert_eq!(answer.status, 401, "{method} {at}");
        let key = ("authorization".to_owned(), "Bearer wrong".to_owned());
        let answer = http::send(relay.address(), method, &at, &[key], b"").expect("an answer");
        assert_eq!(answer.status, 401, "{method} {at}");
        for (app, name) in [
            ("acme", "mine"),
            ("other", "t"),
            ("nobody", "t"),
            ("acme", "../t"),
        ] {
            let at = format!("/api/v1/app/{app}/transform/{name}{below}");
            assert_eq!(call(&relay, method, &at, "").status, 404, "{method} {at}");
        }
        let at = path("f", below);
        assert_eq!(call(&relay, method, &at, "").status, 409, "{method} {at}");
    }
    let list = call(&relay, "GET", "/api/v1/app/acme/transform?limit=1", "").json();
    assert_eq!(list["data"][0]["name"], "f", "{list}");
    assert_eq!(list["data"][0]["uploaded"], false, "{list}");
    assert_eq!(list["done"], false, "{list}");
    let next = "/api/v1/app/acme/transform?limit=1&iterator=f";
    let list = call(&relay, "GET", next, "").json();
    assert_eq!(list["data"][0]["name"], "t", "{list}");
    assert_eq!(
        list["data"][0]["endpoints"],
        json!([{ "name": "e", "version": "latest" }])
    );
    assert_eq!(list["done"], true, "{list}");
}

#[test]
fn an_upload_that_was_acknowledged_survives_a_kill() {
    let sink = Sink::start();
    let folder = folder(&sink, "");
    let mut acknowledged = 0;
    for round in 0_u64..8 {
        let relay = Relay::start(&folder);
        let kept: u64 = versions(&relay).len() as u64;
        assert!(kept >= acknowledged, "{kept} of {acknowledged}");
        assert_eq!(
            active(&relay),
            if kept == 0 { json!(null) } else { json!(kept) }
        );
        acknowledged = kept;
        let (address, pid) = (relay.address(), relay.pid());
        let (tell, acknowledgements) = std::sync::mpsc::channel();
        let uploading = std::thread::spawn(move || {
            let mut done = 0;
            loop {
                let headers = [
                    (
                        "authorization".to_owned(),
                        format!("Bearer {}", hookmill_tests::relay::OPERATOR_KEY),
                    ),
                    ("content-type".to_owned(), "text/javascript".to_owned()),
                ];
                let source = handler(&format!("{pid} {done}"));
                match http::send(
                    address,
                    "POST",
                    &path("t", "/version"),
                    &headers,
                    source.as_bytes(),
                ) {
                    Ok(answer) if answer.status == 201 => done += 1,
                    _ => return done,
                }
                // Nobody listens once the relay is to be killed.
                let _ = tell.send(());
            }
        });
        for _ in 0..2 + round % 3 {
            acknowledgements.recv().expect("the relay takes uploads");
        }
        // Anywhere within the next one.
        for _ in 0..round {
            std::thread::yield_now();
        }
        relay.kill();
        acknowledged += uploading.join().expect("no panic");
    }
    assert!(acknowledged > 8, "{acknowledged}");
}

#[test]
fn a_damaged_version_stops_its_own_endpoint_and_nothing_else() {
    let sink = Sink::start();
    let more = format!(
        "[tenants.acme.transforms.u]\nupload = true\n[tenants.acme.endpoints.well]\nurl = \"{}\"\ntransform = \"u\"\n",
        sink.url("/well")
    );
    let folder = folder(&sink, &more);
    let relay = Relay::start(&folder);
    let _ = javascript(&relay, "t", &handler("one"));
    let _ = javascript(&relay, "u", &handler("two"));
    let version = call(&relay, "GET", &path("t", "/version/1"), "").json();
    let digest = version["digest"]
        .as_str()
        .and_then(|it| it.strip_prefix("sha256:"));
    let file = folder
        .path()
        .join("data/transforms/programs")
        .join(digest.expect("a digest"));
    assert!(relay.terminate().success());
    let damaged = std::fs::read_to_string(&file)
        .expect("the program is there")
        .replace("one", "0ne");
    std::fs::write(&file, damaged).expect("it can be written");
    let relay = Relay::start(&folder);
    eventually("the damage to be told", || {
        relay.log().contains("is damaged").then_some(())
    });
    let id = relay.accept("evt_1", EVENT);
    eventually("the other endpoint's request", || {
        (marks(&sink, "/well") == ["two"]).then_some(())
    });
    assert_eq!(
        call(&relay, "GET", &path("t", "/version/1/content"), "").status,
        503
    );
    // A further upload makes it whole.
    assert_eq!(javascript(&relay, "t", &handler("three")), 2);
    relay.finished(&id);
    assert_eq!(marks(&sink, "/e"), ["three"]);
}
