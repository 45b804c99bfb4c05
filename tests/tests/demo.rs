//! `hookmill demo`: what it shows, and that nothing of it is left behind.

use hookmill_tests::relay::{Signal, send_signal};
use hookmill_tests::wait::eventually;
use hookmill_tests::{binary, http, signer};
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// A running demo whose output is read as it comes. Dropping it kills it.
struct Demo {
    child: Child,
    output: Arc<Mutex<String>>,
}

impl Demo {
    /// Starts it, with its temporary files in this folder.
    fn start(temporary: &Path, args: &[&str]) -> Self {
        let mut child = command(temporary)
            .args(args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let output = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&output);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let mut text = written.lock().expect("no holder panics");
                *text += &line;
                *text += "\n";
            }
        });
        Self { child, output }
    }

    /// What it has printed, once that contains this.
    fn wait_for(&self, part: &str) -> String {
        eventually(&format!("the demo to print {part}"), || {
            let text = self.output.lock().expect("no holder panics");
            text.contains(part).then(|| text.clone())
        })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(temporary: &Path) -> Command {
    let mut command = Command::new(binary::hookmill());
    command
        .arg("demo")
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .env("TMPDIR", temporary)
        .stdin(Stdio::null());
    command
}

/// Where the demo says that its relay listens.
fn address(output: &str) -> SocketAddr {
    let after = output.split("listens on http://").nth(1);
    let address = after.and_then(|text| text.split(';').next());
    let address = address.expect("the demo says where it listens");
    address.parse().expect("an address")
}

fn is_empty(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).expect("the folder can be listed");
    entries.next().is_none()
}

#[test]
fn the_demo_shows_what_each_vendor_would_receive() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let output = command(temporary.path())
        .arg("--once")
        .output()
        .expect("the binary starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}{errors}");
    for part in [
        "POST https://connect.mailerlite.com/api/subscribers",
        "https://track.customer.io/api/v2/entity",
        "https://api.segment.io/v1/",
        "authorization: Bearer ********",
        "authorization: Basic ********",
        "<- 200, delivered",
        "fuel ",
        "curl ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains("demo-mailerlite-token"),
        "secrets are masked"
    );
    assert_eq!(text.matches("\n=== ").count(), 3, "{text}");
    assert_eq!(text.matches("\n--- ").count(), 9, "{text}");
    assert_eq!(errors, "");
    assert!(is_empty(temporary.path()), "nothing is left behind");
}

#[test]
fn events_of_ones_own_are_shown_until_it_is_interrupted() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let data = tempfile::tempdir().expect("a temporary folder");
    let folder = data.path().to_str().expect("the path is text");
    let mut demo = Demo::start(temporary.path(), &["--data-dir", folder]);
    let address = address(&demo.wait_for("end with Ctrl-C"));
    let secret = std::fs::read_to_string(data.path().join("secrets/dodo")).expect("a secret");
    let event = br#"{"type":"payment.disputed","timestamp":"2026-01-15T12:34:56Z","data":{}}"#;
    let headers = signer::headers(&secret, "msg_1", event);
    let answer = http::send(address, "POST", "/in/dodo", &headers, event).expect("an answer");
    assert_eq!(answer.status, 202);
    demo.wait_for("--- payment.disputed -> segment");
    demo.wait_for("canceled by the transform: nothing is sent");
    send_signal(demo.child.id(), Signal::Interrupt);
    assert!(demo.child.wait().expect("it ends").success());
    assert!(TcpStream::connect(address).is_err(), "the relay has ended");
    assert!(is_empty(temporary.path()), "nothing is left behind");
    let kept = std::fs::read_dir(data.path()).expect("the folder can be listed");
    let mut kept: Vec<_> = kept
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    kept.sort();
    assert_eq!(kept, ["data", "handlers", "hookmill.toml", "secrets"]);
}

#[test]
fn the_relay_of_a_demo_that_is_killed_ends_too() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let demo = Demo::start(temporary.path(), &[]);
    let address = address(&demo.wait_for("end with Ctrl-C"));
    drop(demo);
    eventually("the relay to end", || TcpStream::connect(address).err());
}

#[test]
fn a_port_in_use_is_one_clear_error() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("a bound port has an address");
    let output = command(temporary.path())
        .args(["--once", "--listen", &address.to_string()])
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let expected = format!("hookmill: the relay did not start: {address} can't be listened on: ");
    assert!(errors.starts_with(&expected), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(is_empty(temporary.path()), "nothing is left behind");
}
