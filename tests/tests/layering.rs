//! The layers of `runtime/ARCHITECTURE.md`, as cargo sees them: a new edge
//! between crates is an architecture change, and this test says so.

use hookmill_tests::binary::root;
use std::collections::BTreeSet;
use std::process::Command;

/// The packages that `package` depends on directly, without development
/// dependencies.
fn dependencies(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "-p", package, "--depth", "1", "-e", "normal,build"])
        .args(["--prefix", "none", "-f", "{p}"])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("names are text");
    let names = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

fn own(package: &str) -> Vec<String> {
    let all = dependencies(package).into_iter();
    all.filter(|name| name.starts_with("hookmill")).collect()
}

/// Every crate of `runtime/`, with those of the project that it may know.
const ROOMS: [(&str, &[&str]); 11] = [
    ("hookmill-domain", &[]),
    ("hookmill-api", &["hookmill-domain"]),
    ("hookmill-samples", &["hookmill-domain"]),
    ("hookmill-config", &["hookmill-domain"]),
    ("hookmill-store", &["hookmill-domain"]),
    ("hookmill-sandbox", &["hookmill-domain"]),
    ("hookmill-egress", &["hookmill-domain"]),
    (
        "hookmill-relay",
        &[
            "hookmill-domain",
            "hookmill-egress",
            "hookmill-sandbox",
            "hookmill-store",
        ],
    ),
    (
        "hookmill-server",
        &[
            "hookmill-api",
            "hookmill-config",
            "hookmill-domain",
            "hookmill-relay",
            "hookmill-samples",
        ],
    ),
    (
        "hookmill-cli",
        &[
            "hookmill-api",
            "hookmill-config",
            "hookmill-domain",
            "hookmill-samples",
            "hookmill-sandbox",
        ],
    ),
    ("hookmill", &["hookmill-cli", "hookmill-server"]),
];

#[test]
fn each_crate_knows_the_layers_below_it_only() {
    for (room, known) in ROOMS {
        assert_eq!(own(room), known, "{room}");
    }
}

#[test]
fn the_domain_knows_no_runtime_and_no_clock() {
    let domain = dependencies("hookmill-domain");
    for forbidden in ["tokio", "getrandom", "rand", "jiff", "chrono", "time"] {
        assert!(!domain.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn the_api_is_shapes_and_nothing_else() {
    let api = dependencies("hookmill-api");
    let known: Vec<_> = api.iter().map(String::as_str).collect();
    assert_eq!(known, ["hookmill-domain", "serde"]);
}

#[test]
fn each_heavy_dependency_is_known_to_one_crate() {
    let rooms = ROOMS.map(|(room, _)| (room, dependencies(room)));
    for (heavy, owner) in [
        ("sled", "hookmill-store"),
        ("wasmtime", "hookmill-sandbox"),
        ("wasmtime-wasi", "hookmill-sandbox"),
        ("hyper-rustls", "hookmill-egress"),
        ("flate2", "hookmill-domain"),
        ("brotli-decompressor", "hookmill-domain"),
        ("ruzstd", "hookmill-domain"),
        ("axum", "hookmill-server"),
        ("reqwest", "hookmill-cli"),
        ("swc_ts_fast_strip", "hookmill-sandbox"),
    ] {
        let knowing: Vec<_> = rooms
            .iter()
            .filter(|(_, known)| known.contains(heavy))
            .map(|(room, _)| *room)
            .collect();
        assert_eq!(knowing, [owner], "{heavy}");
    }
}

#[test]
fn guests_and_tests_import_nothing_of_the_runtime() {
    assert_eq!(
        own("hookmill-tests"),
        ["hookmill-peer", "hookmill-stand-ins"]
    );
    assert_eq!(own("hookmill-peer"), [""; 0]);
    assert_eq!(own("hookmill-stand-ins"), [""; 0]);
    assert_eq!(own("hookmill-guest"), [""; 0]);
    assert_eq!(own("hookmill-hostile-guests"), ["hookmill-guest"]);
    assert_eq!(own("hookmill-dodo"), ["hookmill-guest"]);
    for system in ["mailerlite", "customerio", "segment"] {
        let package = format!("hookmill-transform-{system}");
        assert_eq!(
            own(&package),
            ["hookmill-dodo", "hookmill-guest"],
            "{package}"
        );
    }
}
