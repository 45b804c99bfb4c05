//! Compiled code on disk: used when it is whole, ignored when it is not.

mod common;

use common::{component, config, fixture_of, guest};
use hookmill_sandbox::Sandbox;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const ECHO: &str = "(call $echo (local.get $in))";

fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(dir)
        .expect("the cache folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    entries
}

#[test]
fn an_entry_is_private_and_used_again() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let cache = dir.path().join("made/for/it");
    let wasm = component(&guest(ECHO));
    fixture_of(config(&cache)).component(&wasm);
    let mode = |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&cache), 0o700);
    let [entry] = &entries(&cache)[..] else {
        panic!("{:?}", entries(&cache))
    };
    assert_eq!(mode(entry), 0o600);
    let written = fs::metadata(entry)
        .expect("it exists")
        .modified()
        .expect("a time");
    let fixture = fixture_of(config(&cache));
    let program = fixture.component(&wasm);
    assert!(fixture.run(&program).outcome.is_ok());
    let again = fs::metadata(entry)
        .expect("it exists")
        .modified()
        .expect("a time");
    assert_eq!(written, again, "nothing was compiled or written");
}

#[test]
fn a_damaged_or_foreign_entry_is_compiled_again_and_never_loaded() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let wasm = component(&guest(ECHO));
    let other = component(&guest("(unreachable)"));
    fixture_of(config(dir.path())).component(&wasm);
    let entry = entries(dir.path())[0].clone();
    let whole = fs::read(&entry).expect("the entry");
    fixture_of(config(dir.path())).component(&other);
    let foreign = entries(dir.path())
        .into_iter()
        .find(|path| *path != entry)
        .map(|path| fs::read(path).expect("the other entry"))
        .expect("two components are two entries");
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damages = [
        Vec::new(),
        b"short".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        flipped(0),
        flipped(20),
        flipped(60),
        flipped(whole.len() / 2),
        flipped(whole.len() - 1),
        whole[48..].to_vec(),
        [&whole[..], b"more"].concat(),
        foreign,
    ];
    for (n, damage) in damages.into_iter().enumerate() {
        fs::write(&entry, damage).expect("the entry is writable");
        let fixture = fixture_of(config(dir.path()));
        let program = fixture.component(&wasm);
        assert!(fixture.run(&program).outcome.is_ok(), "damage {n}");
        assert_eq!(fs::read(&entry).expect("the entry"), whole, "damage {n}");
    }
}

#[test]
fn a_folder_that_can_not_be_used_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("a file");
    let Err(error) = Sandbox::start(config(&file.join("cache"))) else {
        panic!("a file is not a folder")
    };
    assert!(error.to_string().contains("file/cache"), "{error}");
}
