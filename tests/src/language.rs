//! What every language of transforms must hold: its example makes the expected
//! requests through a running relay, and its template builds, passes its unit
//! tests and gives what it promises.

use crate::binary::root;
use crate::folder::Folder;
use crate::project::{self, build, succeeded};
use crate::relay::Relay;
use crate::sink::Sink;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where Segment's calls go to.
const HOST: &str = "api.segment.io";

/// Builds the Segment example of a language and holds all events through a
/// relay against the expected requests. Gives what `build` printed.
///
/// # Panics
/// When it does not hold.
#[must_use]
pub fn example(language: &str, path: &OsString) -> String {
    let sources = root().join("transforms/segment").join(language);
    let before = project::files(&sources);
    let sink = Sink::start();
    let folder = Folder::new(&declarations(&sink));
    let component = folder.path().join("segment.wasm");
    let printed = succeeded(&build(&sources, &component, path));
    assert_eq!(before, project::files(&sources), "the sources stay alone");
    let relay = Relay::start(&folder);
    for event in project::files(&root().join("transforms/segment/events")) {
        deliver(&relay, &sink, &event);
    }
    printed
}

fn declarations(sink: &Sink) -> String {
    format!(
        "[egress.routes]\n\"{HOST}\" = \"http://{}\"\n\
         [tenants.acme.transforms.t]\nfile = \"segment.wasm\"\n\
         [tenants.acme.endpoints.e]\nurl = \"https://relay.invalid/default\"\n\
         hosts = [\"relay.invalid\", \"{HOST}\"]\ntransform = \"t\"\n",
        sink.address()
    )
}

fn deliver(relay: &Relay, sink: &Sink, event: &Path) {
    let name = event.file_name().expect("a name");
    let what = name.to_string_lossy();
    let expected = project::read(&root().join("transforms/segment/expected").join(name));
    let before = sink.received().len();
    let body = fs::read(event).expect("the event can be read");
    let id = relay.accept(&what.replace('.', "-"), &body);
    let delivery = relay.finished(&id)["deliveries"][0].clone();
    let received = sink.received().split_off(before);
    if expected["cancel"] == true {
        assert_eq!(delivery["status"], "canceled", "{what}: {delivery}");
        assert!(received.is_empty(), "{what}");
        return;
    }
    assert_eq!(delivery["status"], "delivered", "{what}: {delivery}");
    let request = &received[0];
    let url = format!("https://{HOST}{}", request.path);
    assert_eq!(expected["url"], url, "{what}");
    assert_eq!(expected["method"], request.method, "{what}");
    assert_eq!(expected["payload"], request.json(), "{what}");
}

/// Makes a project, away from the repository, runs its unit tests, builds it
/// and tries its samples.
///
/// # Panics
/// When it does not hold.
pub fn template(language: &str, unit_test: &[&str], path: &OsString) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = project::make(language, folder.path());
    unit_tests(&project, unit_test, path);
    let before = project::files(&project);
    let printed = succeeded(&project::test(&project, path));
    assert!(printed.ends_with("\n2 passed\n"), "{printed}");
    assert_eq!(before, project::files(&project), "the sources stay alone");
}

/// Runs a command that runs unit tests, in a folder, with this search path.
///
/// # Panics
/// When it fails.
pub fn unit_tests(folder: &Path, words: &[&str], path: &OsString) {
    let (program, rest) = words.split_first().expect("a command has a first word");
    let cache = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(program)
        .args(rest)
        .current_dir(folder)
        .env("PATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ZIG_LOCAL_CACHE_DIR", cache.path())
        .output();
    let _ = succeeded(&output.expect("the tests start"));
}
