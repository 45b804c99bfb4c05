//! Compiled code on disk: used when it is whole, ignored when it is not, and
//! made in a child process when the source is not trusted.

mod common;

use common::{component, config, fixture_of, guest, invocation, worker};
use hookmill_sandbox::{Compile, LoadError, Sandbox, Source};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

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
        panic!("a file is no folder")
    };
    assert!(error.to_string().contains("file/cache"), "{error}");
}

#[test]
fn a_child_compiles_the_same_bytes() {
    let (own, child) = (tempfile::tempdir(), tempfile::tempdir());
    let (own, child) = (own.expect("a folder"), child.expect("a folder"));
    let wasm = component(&guest(ECHO));
    fixture_of(config(own.path())).component(&wasm);
    let mut with_child = config(child.path());
    with_child.compile = Compile::Child { exe: worker() };
    let fixture = fixture_of(with_child);
    let program = fixture.component(&wasm);
    assert!(fixture.run_with(&program, invocation()).outcome.is_ok());
    let (own, child) = (entries(own.path()), entries(child.path()));
    assert_eq!(own[0].file_name(), child[0].file_name());
    assert_eq!(
        fs::read(&own[0]).expect("one"),
        fs::read(&child[0]).expect("other")
    );
    assert_eq!(zombies(), 0);
}

#[test]
fn a_child_that_fails_is_an_error_and_leaves_nothing() {
    let table: [(&str, &[u8], &str); 3] = [
        ("/nowhere/hookmill", b"", "does not start"),
        ("/bin/false", b"", "was stopped"),
        ("/bin/true", b"", "can't be compiled"),
    ];
    for (exe, _, expected) in table {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(dir.path());
        config.compile = Compile::Child { exe: exe.into() };
        let fixture = fixture_of(config);
        let begun = Instant::now();
        let error = fixture
            .sandbox
            .load(Source::Component {
                name: "x.wasm",
                wasm: &component(&guest(ECHO)),
            })
            .expect_err("no compiler");
        assert!(
            matches!(error, LoadError::CompileFailed { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(expected), "{exe}: {error}");
        assert!(begun.elapsed().as_secs() < 30);
        assert_eq!(entries(dir.path()).len(), 0);
    }
    assert_eq!(zombies(), 0);
}

/// Children of this process that ended and were not awaited.
fn zombies() -> usize {
    let own = std::process::id().to_string();
    fs::read_dir("/proc")
        .expect("a Linux machine")
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("stat")).ok())
        .filter(|stat| {
            let mut fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
            fields.next() == Some("Z") && fields.next() == Some(&own)
        })
        .count()
}
