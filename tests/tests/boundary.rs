//! `guest-sdk/boundary.md`, for languages without an SDK: its tables are the
//! canonical ABI of the contract, and a module written by them alone runs.

use hookmill_tests::binary::{self, root};
use hookmill_tests::project::succeeded;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind, WorldItem, WorldKey};

fn page() -> String {
    fs::read_to_string(root().join("guest-sdk/boundary.md")).expect("the page is there")
}

/// What the page says: record, offset and field of each row.
fn rows() -> BTreeSet<(String, usize, String)> {
    let page = page();
    let table = page.split("| what | offset | field | type |\n").nth(1);
    let table = table.and_then(|rest| rest.split("\n\n").next());
    let rows = table.expect("the page has the table").lines().skip(1);
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let offset = cells[1].parse().expect("an offset is a number");
        (cells[0].to_owned(), offset, cells[2].to_owned())
    })
    .collect()
}

fn contract() -> (Resolve, SizeAlign) {
    let mut resolve = Resolve::default();
    resolve
        .push_dir(root().join("wit"))
        .expect("the contract can be read");
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    (resolve, sizes)
}

fn type_of(resolve: &Resolve, name: &str) -> Type {
    let mut types = resolve.types.iter();
    let found = types.find(|(_, it)| {
        it.name.as_deref() == Some(name) && !matches!(it.kind, TypeDefKind::Type(_))
    });
    Type::Id(found.expect("the contract has the type").0)
}

/// What the contract says, in the page's words.
fn expected(resolve: &Resolve, sizes: &SizeAlign) -> BTreeSet<(String, usize, String)> {
    let mut rows = BTreeSet::new();
    for (record, shown) in [
        ("webhook", "webhook"),
        ("context", "context"),
        ("header", "pair"),
        ("variable", "pair"),
    ] {
        let Type::Id(id) = type_of(resolve, record) else {
            panic!("{record} is a type of its own");
        };
        let TypeDefKind::Record(fields) = &resolve.types[id].kind else {
            panic!("{record} is a record");
        };
        let types = fields.fields.iter().map(|field| &field.ty);
        for ((offset, _), field) in sizes.field_offsets(types).into_iter().zip(&fields.fields) {
            rows.insert((shown.to_owned(), offset.size_wasm32(), field.name.clone()));
        }
    }
    let parameters = ["webhook", "context"].map(|name| type_of(resolve, name));
    let offsets = sizes.field_offsets(&parameters);
    for ((offset, _), name) in offsets.into_iter().zip(["webhook", "context"]) {
        rows.insert((
            "parameters".to_owned(),
            offset.size_wasm32(),
            name.to_owned(),
        ));
    }
    let alternatives = ["webhook", "failure"].map(|name| type_of(resolve, name));
    let (discriminant, cases) = (wit_parser::Int::U8, &alternatives);
    let payload = sizes
        .payload_offset(discriminant, cases.iter().map(Some))
        .size_wasm32();
    rows.insert(("result".to_owned(), 0, "is failure".to_owned()));
    rows.insert((
        "result".to_owned(),
        payload,
        "webhook or failure".to_owned(),
    ));
    let reasons = [Type::String, Type::String];
    let payload = sizes
        .payload_offset(discriminant, reasons.iter().map(Some))
        .size_wasm32();
    rows.insert(("failure".to_owned(), 0, "is retry".to_owned()));
    rows.insert(("failure".to_owned(), payload, "reason".to_owned()));
    rows
}

#[test]
fn the_offsets_are_those_of_the_contract() {
    let (resolve, sizes) = contract();
    assert_eq!(rows(), expected(&resolve, &sizes));
    let size = |name| sizes.size(&type_of(&resolve, name)).size_wasm32();
    let (webhook, context, pair) = (size("webhook"), size("context"), size("header"));
    let failure = size("failure");
    let said = format!(
        "The sizes are: webhook {webhook}, context {context}, pair {pair}, \
         result {}, failure {failure}.",
        4 + webhook
    );
    assert!(page().contains(&said), "{said}");
}

#[test]
fn methods_and_levels_are_in_the_contracts_order() {
    let (resolve, _) = contract();
    let cases = |name| {
        let Type::Id(id) = type_of(&resolve, name) else {
            panic!("{name} is a type of its own");
        };
        let TypeDefKind::Enum(it) = &resolve.types[id].kind else {
            panic!("{name} is an enumeration");
        };
        it.cases
            .iter()
            .map(|case| case.name.clone())
            .collect::<Vec<_>>()
    };
    let methods: Vec<_> = cases("method")
        .iter()
        .enumerate()
        .map(|(place, name)| format!("{place} {}", name.to_uppercase()))
        .collect();
    assert!(page().contains(&methods.join(", ")), "{methods:?}");
    let last = cases("level").len() - 1;
    assert!(page().contains(&format!("levels 0 to {last}")));
}

#[test]
fn the_imports_are_those_of_the_contract() {
    let (resolve, _) = contract();
    let (_, world) = resolve
        .worlds
        .iter()
        .next()
        .expect("the contract has a world");
    for (key, item) in &world.imports {
        let (WorldKey::Interface(_), WorldItem::Interface { id, .. }) = (key, item) else {
            continue;
        };
        let name = resolve.id_of(*id).expect("an interface has a name");
        for function in resolve.interfaces[*id].functions.keys() {
            assert!(
                page().contains(&format!("| `{name}` | `{function}` |")),
                "{name} {function}"
            );
        }
    }
}

/// A module by the page alone: it sends what came, to an address of its own,
/// with one header, and rejects what has no parameters.
const MODULE: &str = r#"(module
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (import "hookmill:transform/clock@1.0.0" "now-ms" (func $now (result i64)))
  (memory (export "memory") 4)
  (global $next (mut i32) (i32.const 4096))
  (data (i32.const 100) "https://api.example.com/x-fromno clock")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $next)
    (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7)) (i32.const -8))))
  (func (export "handler") (param $in i32) (result i32)
    (call $log (i32.const 3) (i32.load (local.get $in)) (i32.load offset=4 (local.get $in)))
    ;; The clock shows when the event was accepted.
    (if (i64.ne (call $now) (i64.load offset=56 (local.get $in)))
      (then
        (i32.store8 (i32.const 200) (i32.const 1))
        (i32.store8 (i32.const 204) (i32.const 0))
        (i32.store (i32.const 208) (i32.const 130))
        (i32.store (i32.const 212) (i32.const 8))
        (return (i32.const 200))))
    (i32.store8 (i32.const 200) (i32.const 0))
    (memory.copy (i32.const 204) (local.get $in) (i32.const 40))
    (i32.store (i32.const 212) (i32.const 100))
    (i32.store (i32.const 216) (i32.const 24))
    (i32.store8 (i32.const 220) (i32.const 1))
    ;; One header: its name, and the event's id for its value.
    (i32.store (i32.const 300) (i32.const 124))
    (i32.store (i32.const 304) (i32.const 6))
    (i64.store (i32.const 308) (i64.load offset=40 (local.get $in)))
    (i32.store (i32.const 224) (i32.const 300))
    (i32.store (i32.const 228) (i32.const 1))
    (i32.const 200)))"#;

#[test]
fn a_module_by_the_page_alone_is_a_transform() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let module = wat::parse_str(MODULE).expect("the text is a module");
    fs::write(folder.path().join("t.wasm"), module).expect("a file");
    fs::write(folder.path().join("e.json"), r#"{"type":"a.b","n":1}"#).expect("a file");
    let run = |arguments: &[&str]| {
        let output = Command::new(binary::hookmill())
            .args(arguments)
            .current_dir(folder.path())
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output();
        succeeded(&output.expect("the binary starts"))
    };
    let _ = run(&["build", "t.wasm", "-o", "c.wasm"]);
    let ran = run(&["run", "c.wasm", "--event", "e.json", "--json"]);
    let ran: serde_json::Value = serde_json::from_str(&ran).expect("the answer is JSON");
    let webhook = &ran["webhook"];
    assert_eq!(webhook["url"], "https://api.example.com/", "{ran}");
    assert_eq!(webhook["method"], "PUT", "{ran}");
    assert_eq!(webhook["payload"]["n"], 1, "{ran}");
    assert!(webhook["headers"].to_string().contains("x-from"), "{ran}");
    assert_eq!(ran["logs"][0]["level"], "warn", "{ran}");
    assert_eq!(ran["logs"][0]["message"], "a.b", "{ran}");
}
