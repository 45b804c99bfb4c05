//! The library of uploaded transforms: what it keeps, what it refuses, what a
//! crash leaves.

use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_domain::transform::VersionNumber;
use hookmill_domain::{TenantId, UnixMs};
use hookmill_store::library::{Activation, Added, Library, LibraryError, NewVersion, Versions};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn tenant() -> TenantId {
    TenantId::named(&["acme"])
}

fn open(folder: &Path) -> Library {
    Library::open(&folder.join("transforms")).expect("it opens")
}

fn try_add(
    library: &Library,
    transform: &str,
    program: &[u8],
    kind: ProgramKind,
    activation: Activation,
) -> Result<Added, LibraryError> {
    let new = NewVersion {
        file_name: "t.js".to_owned(),
        digest: ProgramDigest::of(program),
        kind,
        language: None,
        imports: vec!["hookmill:transform/log@1.0.0".to_owned()],
        load_us: 7,
        author: "operator".to_owned(),
        created_at: UnixMs(1_767_225_600_000),
    };
    library.add(tenant(), transform, program, new, activation)
}

fn add(library: &Library, transform: &str, program: &[u8]) -> Added {
    let added = try_add(
        library,
        transform,
        program,
        ProgramKind::JavaScript,
        Activation::AtOnce,
    );
    added.expect("there is room")
}

fn number(number: u32) -> VersionNumber {
    VersionNumber::new(number).expect("not zero")
}

fn numbers(versions: &Versions) -> Vec<u32> {
    versions.list.iter().map(|it| it.number.get()).collect()
}

fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("transforms/programs"));
    let entries = entries.into_iter().flatten();
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

fn manifest(folder: &Path, transform: &str) -> PathBuf {
    folder.join(format!("transforms/versions/{}/{transform}.json", tenant()))
}

#[test]
fn versions_and_programs_come_back_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = open(folder.path());
    assert_eq!(
        library.versions(tenant(), "t").expect("none"),
        Versions::default()
    );
    let Added::New(first) = add(&library, "t", b"one") else {
        panic!("it is new");
    };
    add(&library, "t", b"two");
    add(&library, "u", b"one");
    drop(library);
    let library = open(folder.path());
    let versions = library.versions(tenant(), "t").expect("readable");
    assert_eq!(numbers(&versions), [1, 2]);
    assert_eq!(versions.active, Some(number(2)));
    assert_eq!(versions.get(number(1)), Some(&first));
    assert_eq!(first.created_at(), UnixMs(1_767_225_600_000));
    assert_eq!(library.program(&first).expect("readable"), "one");
    // The same bytes are one file, and stay while any version names them.
    assert_eq!(programs(folder.path()).len(), 2);
    library
        .delete(tenant(), "t", number(1))
        .expect("not active");
    assert_eq!(programs(folder.path()).len(), 2);
}

#[test]
fn the_same_bytes_as_another_kind_are_another_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = open(folder.path());
    add(&library, "t", b"one");
    let typescript = try_add(
        &library,
        "t",
        b"one",
        ProgramKind::TypeScript,
        Activation::Later,
    );
    assert!(matches!(typescript, Ok(Added::New(version)) if version.number == number(2)));
    assert!(
        matches!(add(&library, "t", b"one"), Added::Existing(version) if version.number == number(1))
    );
}

#[test]
fn what_a_crash_left_is_removed_and_what_is_named_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = open(folder.path());
    add(&library, "t", b"one");
    drop(library);
    let place = folder.path().join("transforms/programs");
    fs::write(
        place.join("0".repeat(64)),
        b"of an upload that was cut short",
    )
    .expect("written");
    fs::write(place.join(format!("{}.tmp", "1".repeat(64))), b"half").expect("written");
    let mut unfinished = manifest(folder.path(), "t").into_os_string();
    unfinished.push(".tmp");
    fs::write(&unfinished, b"{").expect("written");
    let library = open(folder.path());
    assert_eq!(programs(folder.path()).len(), 1);
    assert!(!Path::new(&unfinished).exists());
    let versions = library.versions(tenant(), "t").expect("readable");
    assert_eq!(library.program(&versions.list[0]).expect("readable"), "one");
}

#[test]
fn damage_is_named_and_harms_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = open(folder.path());
    add(&library, "t", b"one");
    add(&library, "u", b"two");
    let whole = fs::read_to_string(manifest(folder.path(), "t")).expect("it is there");
    let damages = [
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"format\": 1", "\"format\": 2"),
        whole.replace("\"active\": 1", "\"active\": 9"),
        whole.replace("\"next\": 2", "\"next\": 1"),
        whole.replace("\"digest\": \"", "\"digest\": \"../"),
        String::new(),
    ];
    for damaged in damages {
        assert_ne!(damaged, whole);
        fs::write(manifest(folder.path(), "t"), &damaged).expect("written");
        let library = open(folder.path());
        let error = library.versions(tenant(), "t").expect_err("damaged");
        assert!(matches!(error, LibraryError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("t.json is damaged"), "{error}");
        let refused = try_add(
            &library,
            "t",
            b"x",
            ProgramKind::JavaScript,
            Activation::AtOnce,
        );
        assert!(refused.is_err(), "nothing is written over it");
        let other = library.versions(tenant(), "u").expect("whole");
        assert_eq!(library.program(&other.list[0]).expect("whole"), "two");
        // Nobody knows what the damaged one names.
        assert_eq!(programs(folder.path()).len(), 2, "{damaged}");
    }
    fs::write(manifest(folder.path(), "t"), &whole).expect("written");
    let version = open(folder.path())
        .versions(tenant(), "t")
        .expect("whole")
        .list
        .remove(0);
    for (path, bytes) in programs(folder.path())
        .iter()
        .map(|path| (path, fs::read(path)))
    {
        if bytes.expect("readable") == b"one" {
            fs::write(path, b"0ne").expect("written");
        }
    }
    let error = library.program(&version).expect_err("damaged");
    assert!(
        error.to_string().contains("not those that were uploaded"),
        "{error}"
    );
    // Who has the bytes makes it whole.
    assert!(matches!(add(&library, "t", b"one"), Added::Existing(_)));
    assert_eq!(library.program(&version).expect("whole"), "one");
}

#[test]
fn there_is_an_end_to_versions_and_to_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = open(folder.path());
    add(&library, "t", b"one");
    let whole = fs::read_to_string(manifest(folder.path(), "t")).expect("it is there");
    let mut json: serde_json::Value = serde_json::from_str(&whole).expect("JSON");
    let version = json["versions"][0].clone();
    json["versions"] = (1..=1_000)
        .map(|number| {
            let mut version = version.clone();
            version["number"] = number.into();
            version
        })
        .collect();
    json["next"] = 1_001.into();
    fs::write(manifest(folder.path(), "t"), json.to_string()).expect("written");
    let refused = try_add(
        &library,
        "t",
        b"two",
        ProgramKind::JavaScript,
        Activation::AtOnce,
    );
    assert!(
        matches!(refused, Err(LibraryError::TooManyVersions)),
        "{refused:?}"
    );
    let large = whole.replace("\"sizeBytes\": 3", "\"sizeBytes\": 1073741822");
    assert_ne!(large, whole);
    fs::write(manifest(folder.path(), "t"), large).expect("written");
    let refused = try_add(
        &library,
        "u",
        b"two",
        ProgramKind::JavaScript,
        Activation::AtOnce,
    );
    assert!(
        matches!(refused, Err(LibraryError::TooManyBytes { .. })),
        "{refused:?}"
    );
    assert!(matches!(add(&library, "u", b"on"), Added::New(_)));
    assert_eq!(
        programs(folder.path()).len(),
        2,
        "nothing of the refused stays"
    );
}

/// What can happen to one transform.
#[derive(Clone, Debug)]
enum Step {
    Add(u8, bool),
    Activate(u32),
    Delete(u32),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_u8..6, any::<bool>()).prop_map(|(program, active)| Step::Add(program, active)),
        2 => (1_u32..8).prop_map(Step::Activate),
        2 => (1_u32..8).prop_map(Step::Delete),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_library_does_what_a_list_in_memory_does(steps in steps()) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut library = open(folder.path());
        let mut model: Vec<(u32, u8)> = Vec::new();
        let (mut next, mut active) = (1, None);
        for step in steps {
            match step {
                Step::Add(program, activate) => {
                    let activation = if activate { Activation::AtOnce } else { Activation::Later };
                    let added = try_add(&library, "t", &[program], ProgramKind::JavaScript, activation);
                    let known = model.iter().find(|(_, known)| *known == program).copied();
                    let number = match added.expect("there is room") {
                        Added::New(version) => {
                            prop_assert_eq!(known, None);
                            prop_assert_eq!(version.number.get(), next);
                            model.push((next, program));
                            next += 1;
                            next - 1
                        }
                        Added::Existing(version) => {
                            prop_assert_eq!(known.map(|(number, _)| number), Some(version.number.get()));
                            version.number.get()
                        }
                    };
                    if activate {
                        active = Some(number);
                    }
                }
                Step::Activate(wanted) => {
                    let done = library.activate(tenant(), "t", number(wanted)).is_ok();
                    prop_assert_eq!(done, model.iter().any(|(number, _)| *number == wanted));
                    if done {
                        active = Some(wanted);
                    }
                }
                Step::Delete(wanted) => {
                    let done = library.delete(tenant(), "t", number(wanted)).is_ok();
                    let there = model.iter().any(|(number, _)| *number == wanted);
                    prop_assert_eq!(done, there && active != Some(wanted));
                    if done {
                        model.retain(|(number, _)| *number != wanted);
                    }
                }
                Step::Restart => library = open(folder.path()),
            }
            let versions = library.versions(tenant(), "t").expect("readable");
            prop_assert_eq!(versions.active.map(VersionNumber::get), active);
            let found: Vec<_> = versions
                .list
                .iter()
                .map(|version| (version.number.get(), library.program(version).expect("whole")[0]))
                .collect();
            prop_assert_eq!(found, model.clone());
            prop_assert_eq!(programs(folder.path()).len(), model.len());
        }
    }
}
