//! `hookmill store`: looking into a data folder, and mending what can be made
//! anew.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Answer, Sink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PAYMENT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

fn store(action: &str, data_dir: &Path) -> Output {
    let mut command = Command::new(binary::hookmill());
    let output = command.args(["store", action]).arg(data_dir).output();
    output.expect("the binary starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A data folder in which ten deliveries wait, and that no relay has open.
fn data_dir(folder: &Folder) -> PathBuf {
    let relay = Relay::start(folder);
    for n in 0..10 {
        let _ = relay.accept(&format!("evt_{n}"), PAYMENT);
    }
    assert!(relay.terminate().success());
    folder.path().join("data")
}

fn folder(sink: &Sink) -> Folder {
    Folder::new(&format!(
        "[tenants.acme.endpoints.e]\nurl = \"{}\"\nretry = {{ delays_s = [3600] }}\n",
        sink.url("/")
    ))
}

#[test]
fn what_a_store_holds_is_said_and_made_anew() {
    let sink = Sink::answering(|_| Answer::status(500));
    let folder = folder(&sink);
    let data_dir = data_dir(&folder);
    for action in ["stat", "rebuild", "stat"] {
        let output = store(action, &data_dir);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let said = text(&output.stdout);
        assert!(said.contains("waiting deliveries  10\n"), "{said}");
    }
    let output = store("verify", &data_dir);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("10 waiting and 0 parked"), "{said}");
}

#[test]
fn what_is_lost_is_named_with_an_exit_code_of_its_own() {
    let sink = Sink::answering(|_| Answer::status(500));
    let folder = folder(&sink);
    let data_dir = data_dir(&folder);
    let segment = data_dir.join("store/journal/00000001.seg");
    let mut bytes = std::fs::read(&segment).expect("the journal");
    let key = bytes.windows(5).position(|some| some == b"evt_3");
    bytes[key.expect("it is there")] ^= 1;
    std::fs::write(&segment, bytes).expect("writable");
    let output = store("verify", &data_dir);
    assert_eq!(output.status.code(), Some(65));
    let said = text(&output.stderr);
    assert!(said.contains("acknowledged up to"), "{said}");
}

#[test]
fn a_folder_without_a_store_is_an_error_and_stays_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    for action in ["stat", "verify", "rebuild"] {
        let output = store(action, dir.path());
        assert_eq!(output.status.code(), Some(1), "{action}");
        let said = text(&output.stderr);
        assert!(said.contains("there is no store in"), "{said}");
    }
    let entries = std::fs::read_dir(dir.path()).expect("readable");
    assert_eq!(entries.count(), 0);
}
