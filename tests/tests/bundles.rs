//! Bundles of other people's libraries: their top level costs more than an
//! event, and gives the same whether it runs ahead or for each event.

use hookmill_tests::{binary, peers};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const HANDLER: &str = r#"
import { z } from "zod";
const Payment = z.object({
  type: z.string(),
  data: z.object({ total_amount: z.number().int(), currency: z.enum(["USD", "EUR"]), email: z.string().email().optional() }),
});
export function handler(webhook) {
  const result = Payment.safeParse(webhook.payload);
  webhook.payload = result.success
    ? { amount: result.data.data.total_amount / 100, currency: result.data.data.currency }
    : { issues: result.error.issues.map((issue) => issue.path.join(".") + ": " + issue.code) };
  return webhook;
}
"#;

/// What `hookmill run` prints for a program and an event.
fn run(folder: &Path, program: &str, event: &str) -> Value {
    let output = Command::new(binary::hookmill())
        .current_dir(folder)
        .args(["run", program, "--event", event, "--json"])
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts");
    let text = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_bundle_of_zod_runs_its_top_level_ahead_and_gives_the_same() {
    let Some(peer) = peers::node("zod-bundle", &["esbuild@0.25", "zod@3"]) else {
        return;
    };
    let folder = tempfile::tempdir_in(&peer).expect("a temporary folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("handler.js", HANDLER);
    let bundled = Command::new(peer.join("node_modules/.bin/esbuild"))
        .current_dir(folder.path())
        .args([
            "handler.js",
            "--bundle",
            "--format=esm",
            "--outfile=bundle.mjs",
        ])
        .output()
        .expect("the bundler starts");
    let said = String::from_utf8_lossy(&bundled.stderr);
    assert!(bundled.status.success(), "{said}");
    let bundle = std::fs::read_to_string(folder.path().join("bundle.mjs")).expect("a bundle");
    // A top level that draws a random number can't run ahead.
    write("afresh.mjs", &format!("Math.random();\n{bundle}"));
    let build = |input: &str, output: &str| {
        let built = Command::new(binary::hookmill())
            .current_dir(folder.path())
            .args(["build", input, "-o", output])
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output()
            .expect("the binary starts");
        let said = String::from_utf8_lossy(&built.stderr).into_owned();
        assert!(built.status.success(), "{said}");
        said
    };
    assert_eq!(build("bundle.mjs", "ahead.wasm"), "");
    let said = build("afresh.mjs", "afresh.wasm");
    assert!(
        said.contains("its top level runs for each event, because it draws random numbers"),
        "{said}"
    );
    write(
        "good.json",
        r#"{"type":"payment","data":{"total_amount":1250,"currency":"EUR"}}"#,
    );
    write(
        "bad.json",
        r#"{"type":"payment","data":{"total_amount":"x","currency":"GBP","email":"no"}}"#,
    );
    for event in ["good.json", "bad.json"] {
        let afresh = run(folder.path(), "afresh.mjs", event);
        assert!(afresh["webhook"].is_object(), "{afresh}");
        for program in ["bundle.mjs", "ahead.wasm", "afresh.wasm"] {
            let found = run(folder.path(), program, event);
            assert_eq!(found["webhook"], afresh["webhook"], "{program}: {found}");
            let fuel = |printed: &Value| printed["fuel"].as_u64().expect("fuel");
            println!(
                "{program}, {event}: {} units of fuel, afresh {}",
                fuel(&found),
                fuel(&afresh)
            );
            if program != "afresh.wasm" {
                assert!(fuel(&found) * 5 < fuel(&afresh), "{program}: {found}");
            }
        }
    }
}
