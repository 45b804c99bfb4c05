//! Signals, and transforms that are files: read anew while the relay runs, and
//! one tenant's broken one is its own affair.

use hookmill_tests::folder::{Folder, PREAMBLE};
use hookmill_tests::process;
use hookmill_tests::relay::{self, Relay, Signal};
use hookmill_tests::sink::{Answer, Sink};
use hookmill_tests::uploads::call;
use hookmill_tests::wait::eventually;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// A handler that says which one it is.
fn handler(mark: &str) -> String {
    format!(
        "function handler(webhook) {{ webhook.payload = {{ mark: {mark:?} }}; return webhook; }}\n"
    )
}

const BROKEN: &str = "function handler(webhook) {\n  return webhook\n  }}\n";

/// An endpoint of a tenant's, `e`, that runs the file `NAME.js`.
fn declaration(tenant: &str, name: &str, sink: &Sink) -> String {
    format!(
        "[tenants.{tenant}.transforms.{name}]\nfile = \"{name}.js\"\n[tenants.{tenant}.endpoints.e]\nurl = \"{}\"\ntransform = \"{name}\"\n",
        sink.url(&format!("/{tenant}"))
    )
}

/// The endpoint of a tenant as the relay shows it.
fn endpoint(relay: &Relay, tenant: &str) -> Value {
    let list = call(relay, "GET", "/api/v1/endpoints", "").json();
    let items = list["data"].as_array().expect("a list");
    let found = items.iter().find(|item| item["tenant"] == tenant);
    found.unwrap_or_else(|| panic!("{list}")).clone()
}

/// Sends SIGHUP and waits until it was seen to, for the first time or again.
fn reload(relay: &Relay) -> String {
    const END: &str = "the files of transforms were read anew";
    let before = relay.log().matches(END).count();
    relay.signal(Signal::Hangup);
    eventually("the files to be read", || {
        let log = relay.log();
        (log.matches(END).count() > before).then_some(log)
    })
}

/// The log's lines with this in them.
fn lines<'l>(log: &'l str, part: &str) -> Vec<&'l str> {
    log.lines().filter(|line| line.contains(part)).collect()
}

#[test]
fn a_mended_file_takes_effect_on_sighup_and_a_replay_runs_it() {
    let sink = Sink::start();
    let folder = Folder::new(&declaration("acme", "t", &sink));
    folder.write("t.js", "function handler(webhook) { return nothing; }\n");
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    let shown = relay.finished(&event);
    assert_eq!(
        shown["deliveries"][0]["status"], "transform_failed",
        "{shown}"
    );
    folder.write("t.js", &handler("mended"));
    let log = reload(&relay);
    let told = lines(&log, "was reloaded from its file");
    assert_eq!(told.len(), 1, "{log}");
    for part in ["acme", "program.digest=", "program.digest_before="] {
        assert!(told[0].contains(part), "{part}: {}", told[0]);
    }
    let path = format!(
        "/api/v1/endpoints/{}/replay",
        endpoint(&relay, "acme")["id"].as_str().expect("an id")
    );
    let answer = call(&relay, "POST", &path, "{\"transform\":true}");
    assert_eq!(answer.json()["queued"], 1);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    assert_eq!(sink.received()[0].json()["mark"], "mended");
}

#[test]
fn a_reload_says_of_each_file_what_came_of_it() {
    let sink = Sink::start();
    let other = "[tenants.other.sources.in]\nsecrets = [{ env = \"DODO_SECRET\" }]\n";
    let folder = Folder::new(&format!(
        "{}{other}{}",
        declaration("acme", "same", &sink),
        declaration("other", "changing", &sink)
    ));
    folder.write("same.js", &handler("same"));
    folder.write("changing.js", &handler("first"));
    let relay = Relay::start(&folder);
    let deliver = |key: &str| {
        let event = relay.accept_at("in", key, PAYMENT);
        relay.finished(&event);
        let last = sink.received().pop().expect("a request");
        last.json()["mark"].as_str().expect("a mark").to_owned()
    };
    assert_eq!(deliver("evt_1"), "first");
    let first = relay.accept("evt_1", PAYMENT);
    relay.finished(&first);
    folder.write("changing.js", BROKEN);
    let log = reload(&relay);
    let unchanged = lines(&log, "the transform's file is unchanged");
    assert_eq!(unchanged.len(), 1, "{log}");
    assert!(unchanged[0].contains("same"), "{log}");
    let refused = lines(&log, "was refused: the one that was read before goes on");
    assert_eq!(refused.len(), 1, "{log}");
    for part in ["other", "changing.js", "changing.js:3:"] {
        assert!(refused[0].contains(part), "{part}: {}", refused[0]);
    }
    assert_eq!(deliver("evt_2"), "first");
    std::fs::remove_file(folder.path().join("changing.js")).expect("it is there");
    let log = reload(&relay);
    let refused = lines(&log, "was refused: the one that was read before goes on");
    assert_eq!(refused.len(), 2, "{log}");
    assert!(refused[1].contains("can't be read"), "{}", refused[1]);
    assert_eq!(deliver("evt_3"), "first");
    assert_eq!(endpoint(&relay, "other")["waiting"], false);
    folder.write("changing.js", &handler("second"));
    let _ = reload(&relay);
    assert_eq!(deliver("evt_4"), "second");
}

#[test]
fn one_tenants_broken_file_keeps_nobody_else_from_starting() {
    let sink = Sink::start();
    let large = " ".repeat((1 << 20) + 1);
    let latin = b"// caf\xe9\nfunction handler(webhook) { return webhook }\n".to_vec();
    let cases: [(&str, Option<Vec<u8>>, &str); 5] = [
        ("missing", None, "can't be read"),
        ("broken", Some(BROKEN.into()), "broken.js:3:"),
        ("empty", Some(Vec::new()), "handler"),
        ("large", Some(large.into()), "is larger than 1048576 bytes"),
        ("latin", Some(latin), "is not UTF-8"),
    ];
    let mut text = declaration("acme", "good", &sink);
    for (tenant, ..) in &cases {
        text.push_str(&format!(
            "[tenants.{tenant}.sources.in_{tenant}]\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n{}",
            declaration(tenant, tenant, &sink)
        ));
    }
    let folder = Folder::new(&text);
    folder.write("good.js", &handler("good"));
    for (tenant, content, _) in &cases {
        if let Some(content) = content {
            let path = folder.path().join(format!("{tenant}.js"));
            std::fs::write(path, content).expect("written");
        }
    }
    // A check says no, and a start that serves the others does not.
    let check = relay::command(&folder).arg("--check").output();
    assert_eq!(check.expect("the binary starts").status.code(), Some(2));
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    let mut events = Vec::new();
    for (tenant, _, words) in &cases {
        let shown = eventually("the file to be looked at", || {
            let shown = endpoint(&relay, tenant);
            (shown["waitingReason"] != "loading").then_some(shown)
        });
        assert_eq!(shown["waiting"], true, "{shown}");
        assert_eq!(shown["waitingReason"], "not_loadable", "{shown}");
        let detail = shown["waitingDetail"].as_str().expect("a text");
        assert!(detail.contains(words), "{words}: {detail}");
        let log = relay.log();
        let told = lines(&log, "a transform can't be loaded");
        let file = format!("{tenant}.js");
        let told = told.iter().find(|line| line.contains(&file));
        let told = told.unwrap_or_else(|| panic!("{tenant}: {log}"));
        assert!(told.contains(words), "{words}: {told}");
        let event = relay.accept_at(&format!("in_{tenant}"), "evt_1", PAYMENT);
        let shown = relay.event(&event);
        let delivery = &shown["deliveries"][0];
        assert_eq!(delivery["status"], "pending", "{shown}");
        assert_eq!(delivery["held"], "transform_waiting", "{shown}");
        assert_eq!(endpoint(&relay, tenant)["held"], 1);
        events.push(event);
    }
    for (tenant, ..) in &cases {
        folder.write(&format!("{tenant}.js"), &handler("mended"));
    }
    let _ = reload(&relay);
    for event in &events {
        let shown = relay.finished(event);
        assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
        let attempts = &shown["deliveries"][0]["attempts"];
        assert_eq!(attempts.as_array().map(Vec::len), Some(1), "{shown}");
    }
}

#[test]
fn no_signal_ends_it_but_those_that_stop_it() {
    let sink = Sink::start();
    let folder = Folder::new(&declaration("acme", "t", &sink));
    folder.write("t.js", &handler("one"));
    // While it starts, too: from the moment that it catches the signal.
    let start = relay::command(&folder);
    let relay = Relay::spawn_watched(start, &folder, |pid| {
        eventually("SIGHUP to be caught", || {
            process::catches(pid, libc::SIGHUP).then_some(())
        });
        for _ in 0..10 {
            relay::send_signal(pid, Signal::Hangup);
        }
    });
    for _ in 0..10 {
        for signal in [Signal::Hangup, Signal::User1, Signal::User2] {
            relay.signal(signal);
        }
    }
    folder.write("t.js", &handler("two"));
    let _ = reload(&relay);
    eventually("the last word", || {
        let event = relay.accept(&format!("evt_{}", sink.received().len()), PAYMENT);
        relay.finished(&event);
        let last = sink.received().pop().expect("a request");
        (last.json()["mark"] == "two").then_some(())
    });
    let log = relay.log();
    assert!(log.contains("SIGUSR1 means nothing"), "{log}");
    assert!(log.contains("SIGUSR2 means nothing"), "{log}");
    assert!(relay.terminate().success());
}

#[test]
fn a_change_that_needs_a_restart_is_told() {
    const NEEDS: &str = "takes effect with a restart";
    let sink = Sink::start();
    let secret = "[tenants.acme.sources.second]\nsecrets = [{ file = \"secret\" }]\n";
    let folder = Folder::new(&format!("{secret}{}", declaration("acme", "t", &sink)));
    folder.write("t.js", &handler("one"));
    folder.write("secret", hookmill_tests::signer::SECRET);
    let relay = Relay::start(&folder);
    // Nothing has changed, so nothing is said; not even later.
    let _ = reload(&relay);
    folder.write("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    folder.write("hookmill.toml", &format!("{PREAMBLE}\n# changed\n"));
    let _ = reload(&relay);
    let log = eventually("both changes to be told", || {
        let log = relay.log();
        (lines(&log, NEEDS).len() >= 2).then_some(log)
    });
    let told = lines(&log, NEEDS);
    assert_eq!(told.len(), 2, "{log}");
    assert!(told[0].contains("hookmill.toml"), "{}", told[0]);
    assert!(told[1].contains("secret"), "{}", told[1]);
}

#[test]
fn the_port_is_open_before_the_programs_are_loaded() {
    let sink = Sink::start();
    let folder = Folder::new(&declaration("acme", "t", &sink));
    folder.write("t.js", &handler("one"));
    // A cold cache, as after an upgrade.
    let mut start = relay::command(&folder);
    start.env("HOOKMILL_CACHE_DIR", folder.path().join("cache"));
    let relay = Relay::spawn(start, &folder);
    let event = relay.accept("evt_1", PAYMENT);
    let shown = relay.finished(&event);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    let attempts = &shown["deliveries"][0]["attempts"];
    assert_eq!(attempts.as_array().map(Vec::len), Some(1), "{shown}");
    let log = relay.log();
    let at = |part: &str| log.find(part).unwrap_or_else(|| panic!("{part}: {log}"));
    assert!(at("ready") < at("the transform is loaded"), "{log}");
}

#[test]
fn a_changed_file_enables_an_endpoint_that_a_410_disabled() {
    let status = Arc::new(AtomicU16::new(410));
    let answers = Arc::clone(&status);
    let sink = Sink::answering(move |_| Answer::status(answers.load(Ordering::SeqCst)));
    let folder = Folder::new(&declaration("acme", "t", &sink));
    folder.write("t.js", &handler("one"));
    let relay = Relay::start(&folder);
    let event = relay.accept("evt_1", PAYMENT);
    relay.finished(&event);
    eventually("the endpoint to be disabled", || {
        (endpoint(&relay, "acme")["disabled"] == true).then_some(())
    });
    let waiting = relay.accept("evt_2", PAYMENT);
    let _ = reload(&relay);
    assert_eq!(endpoint(&relay, "acme")["disabled"], true, "unchanged");
    status.store(200, Ordering::SeqCst);
    folder.write("t.js", &handler("two"));
    let _ = reload(&relay);
    let shown = relay.finished(&waiting);
    assert_eq!(shown["deliveries"][0]["status"], "delivered", "{shown}");
    // A restart finds the same declaration, and nothing to enable.
    relay.kill();
    let relay = Relay::start(&folder);
    assert_eq!(endpoint(&relay, "acme")["disabled"], false);
}
