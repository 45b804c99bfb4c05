//! Handlers from published integration guides run unchanged and give what
//! they gave where they were written: through `hookmill run`, and through a
//! running relay to a destination.
//!
//! The handlers are not ours and not in the repository: without the folder of
//! shared material these tests say so and pass.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::{Received, Sink};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The instant at which the expected results were made.
const FROZEN: &str = "2026-01-15T12:34:56.789Z";

/// Fields that handlers fill from the clock. The relay's clock is the instant
/// of acceptance, so end to end only their form can be compared.
const FROM_CLOCK: [&str; 5] = [
    "customer_since",
    "subscribed_at",
    "cancellation_date",
    "subscription_start",
    "last_payment_trigger",
];

struct Guide {
    /// `mailerlite/add_customer`
    name: String,
    handler: PathBuf,
    expected: PathBuf,
}

fn guides() -> Option<(Vec<Guide>, Vec<PathBuf>)> {
    let Some(shared) = binary::shared() else {
        println!("skipped: there is no folder of shared material beside the project");
        return None;
    };
    let folder = shared.join("guide-handlers");
    let mut guides = Vec::new();
    for system in ["mailerlite", "customerio", "segment"] {
        for handler in files(&folder.join(system), "js") {
            let name = handler
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            guides.push(Guide {
                expected: folder.join("expected").join(system).join(&name),
                name: format!("{system}/{name}"),
                handler,
            });
        }
    }
    let events = files(&shared.join("events"), "json");
    assert!(guides.len() >= 12 && events.len() >= 65);
    Some((guides, events))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

#[test]
fn run_gives_exactly_what_the_guides_give() {
    let Some((guides, events)) = guides() else {
        return;
    };
    let pairs: Vec<_> = guides
        .iter()
        .flat_map(|guide| events.iter().map(move |event| (guide, event)))
        .collect();
    std::thread::scope(|scope| {
        for share in pairs.chunks(pairs.len().div_ceil(4)) {
            scope.spawn(move || {
                for (guide, event) in share {
                    compare_run(guide, event);
                }
            });
        }
    });
}

fn compare_run(guide: &Guide, event: &Path) {
    let output = Command::new(binary::hookmill())
        .arg("run")
        .arg(&guide.handler)
        .arg("--event")
        .arg(event)
        .args(["--now", FROZEN, "--json"])
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts");
    let what = format!("{} {}", guide.name, event.display());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{what}: {error}: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let expected = read(&guide.expected.join(event.file_name().expect("a name")));
    if expected.get("error").is_some() {
        assert_eq!(printed["outcome"], "fault", "{what}");
        assert_eq!(printed["fault"]["code"], "thrown", "{what}");
        assert_eq!(output.status.code(), Some(1), "{what}");
    } else {
        assert_eq!(printed["webhook"], expected, "{what}");
        assert_eq!(output.status.code(), Some(0), "{what}");
    }
}

#[test]
fn a_running_relay_delivers_what_the_guides_give() {
    let Some((guides, events)) = guides() else {
        return;
    };
    let sink = Sink::start();
    let folder = guide_folder(&guides, &sink);
    let relay = Relay::start(&folder);
    for event in &events {
        let before = sink.received().len();
        let body = fs::read(event).expect("the event can be read");
        let key = event
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .replace('.', "-");
        let id = relay.accept(&key, &body);
        let finished = relay.finished(&id);
        let received = sink.received().split_off(before);
        for guide in &guides {
            compare_delivery(guide, event, &finished, &received);
        }
    }
}

/// One endpoint a guide; all vendors' hosts lead to the sink, and a header
/// tells the endpoints apart there.
fn guide_folder(guides: &[Guide], sink: &Sink) -> Folder {
    let hosts = [
        "relay.invalid",
        "connect.mailerlite.com",
        "track.customer.io",
        "api.segment.io",
    ];
    let mut config = "[egress.routes]\n".to_owned();
    for host in hosts {
        config.push_str(&format!("\"{host}\" = \"http://{}\"\n", sink.address()));
    }
    for guide in guides {
        let name = guide.name.replace('/', "-");
        config.push_str(&format!(
            "[tenants.acme.transforms.{name}]\nfile = {:?}\n[tenants.acme.endpoints.{name}]\nurl = \"https://relay.invalid/default\"\nhosts = {hosts:?}\ntransform = \"{name}\"\nheaders = {{ X-Guide = \"{}\" }}\n",
            guide.handler, guide.name
        ));
    }
    Folder::new(&config)
}

fn compare_delivery(guide: &Guide, event: &Path, finished: &Value, received: &[Received]) {
    let what = format!("{} {}", guide.name, event.display());
    let expected = read(&guide.expected.join(event.file_name().expect("a name")));
    let deliveries = finished["deliveries"].as_array().expect("a list");
    let endpoint = guide.name.replace('/', "-");
    let delivery = deliveries.iter().find(|one| one["endpoint"] == *endpoint);
    let delivery = delivery.unwrap_or_else(|| panic!("{what}: no delivery"));
    let request = received
        .iter()
        .find(|one| one.header("x-guide") == Some(guide.name.as_str()));
    if expected.get("error").is_some() {
        assert_eq!(delivery["status"], "transform_failed", "{what}");
        assert!(request.is_none(), "{what}");
        return;
    }
    assert_eq!(delivery["status"], "delivered", "{what}: {delivery}");
    let request = request.unwrap_or_else(|| panic!("{what}: nothing arrived"));
    let host = request.header("host").expect("a host");
    assert_eq!(
        expected["url"],
        format!("https://{host}{}", request.path),
        "{what}"
    );
    assert_eq!(expected["method"], request.method, "{what}");
    let mut payloads = [expected["payload"].clone(), request.json()];
    payloads.iter_mut().for_each(without_clock);
    assert_eq!(payloads[0], payloads[1], "{what}");
}

fn without_clock(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let text = field.as_str().unwrap_or_default();
                if FROM_CLOCK.contains(&name.as_str()) && text.starts_with("20") {
                    let form: String = text
                        .chars()
                        .map(|letter| if letter.is_ascii_digit() { '0' } else { letter })
                        .collect();
                    *field = json!(form);
                } else {
                    without_clock(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_clock),
        _ => {}
    }
}
