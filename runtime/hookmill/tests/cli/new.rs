//! `hookmill new`: a folder in each language, which passes its own tests as it
//! is where the toolchain is at hand; and what is refused.

use super::{Called, Workspace, shared_target};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Makes a project, and runs `hookmill test` on it.
fn made_and_tested(language: &str) -> (Workspace, Called) {
    let workspace = Workspace::new();
    let made = workspace
        .call(["new", "--lang", language, "to-list"])
        .expect_code(0);
    for expected in [
        "made to-list with ",
        "\n  cd to-list\n",
        "\n  hookmill test\n",
    ] {
        assert!(made.stdout.contains(expected), "{}", made.stdout);
    }
    check_files(&workspace.path("to-list"));
    let tested = workspace.call(["test", "to-list"]);
    (workspace, tested)
}

/// What every language's folder has, and that the name stands everywhere.
fn check_files(folder: &Path) {
    for name in ["README.md", "env.json"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    let names = |kind: &str| {
        let entries = fs::read_dir(folder.join(kind)).expect("a folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("events"), names("expected"));
    assert!(!folder.join("template.toml").exists());
    let readme = fs::read_to_string(folder.join("README.md")).expect("a file");
    assert!(
        readme.contains("to-list") && !readme.contains("{{"),
        "{readme}"
    );
}

/// Runs a command in a folder; none when its program is not there.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Option<()> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", shared_target())
        .output();
    let Ok(output) = output else {
        hookmill_peer::missing(format_args!("there is no {program}"));
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{program}: {stdout}{stderr}");
    Some(())
}

/// Asserts that a project's events pass, unless its toolchain is missing.
fn expect_pass(language: &str, tested: Called) {
    // Each language's builder begins so when a tool is not there.
    let missing = [
        "no Rust toolchain",
        "is not there",
        "is missing",
        "Get one",
        "can't be started",
    ];
    if tested.code == Some(1) && missing.iter().any(|it| tested.stdout.contains(it)) {
        hookmill_peer::missing(format_args!(
            "no toolchain for {language}: {}",
            tested.stdout
        ));
        return;
    }
    let tested = tested.expect_code(0);
    assert!(tested.stdout.ends_with("\n2 passed\n"), "{}", tested.stdout);
}

#[test]
fn a_project_in_javascript_passes_its_tests() {
    let (workspace, tested) = made_and_tested("js");
    expect_pass("js", tested);
    let folder = workspace.path("to-list");
    assert!(folder.join("types/hookmill/hookmill.d.ts").is_file());
    run(&folder, "node", &["--test"]);
}

#[test]
fn a_project_in_typescript_passes_its_tests() {
    let (workspace, tested) = made_and_tested("ts");
    expect_pass("ts", tested);
    assert!(workspace.path("to-list/tsconfig.json").is_file());
}

#[test]
fn a_project_in_rust_builds_outside_of_this_repository() {
    let (workspace, tested) = made_and_tested("rust");
    expect_pass("rust", tested);
    run(&workspace.path("to-list"), "cargo", &["test", "--quiet"]);
}

#[test]
fn every_language_that_has_a_template_is_offered() {
    // The tests of the languages themselves build and test their projects.
    let help = Workspace::new()
        .call(["new", "--help"])
        .expect_code(0)
        .stdout;
    let list = help
        .split("[possible values: ")
        .nth(1)
        .and_then(|it| it.split(']').next());
    let languages: Vec<&str> = list.expect("the languages").split(", ").collect();
    assert_eq!(
        languages,
        [
            "assemblyscript",
            "c",
            "cpp",
            "go",
            "js",
            "python",
            "rust",
            "ts",
            "zig"
        ]
    );
    for language in languages {
        let workspace = Workspace::new();
        workspace
            .call(["new", "--lang", language, "to-list"])
            .expect_code(0);
        check_files(&workspace.path("to-list"));
    }
}

#[test]
fn a_shipped_integration_can_be_started_from() {
    for integration in ["segment", "mailerlite", "customerio"] {
        let workspace = Workspace::new();
        workspace
            .call(["new", "--from", integration, "mine"])
            .expect_code(0);
        let tested = workspace.call(["test", "mine"]).expect_code(0);
        assert!(
            tested.stdout.ends_with("\n25 passed\n"),
            "{}",
            tested.stdout
        );
        assert!(!workspace.path("mine/handler.test.js").exists());
    }
}

#[test]
fn an_empty_folder_may_be_there_already() {
    let workspace = Workspace::new();
    fs::create_dir_all(workspace.path("a/b")).expect("a folder");
    workspace
        .call(["new", "--lang", "js", "a/b"])
        .expect_code(0);
    let json = fs::read_to_string(workspace.path("a/b/package.json")).expect("a file");
    assert!(json.contains("\"name\": \"b\""), "{json}");
}

#[test]
fn nothing_is_overwritten_and_nothing_stays_behind() {
    let workspace = Workspace::new();
    workspace
        .write("full/notes.txt", "mine")
        .write("file", "mine");
    let table: [(&[&str], &str); 8] = [
        (&["--lang", "js", "full"], "full is there and not empty"),
        (&["--lang", "js", "file"], "file is there and can't be used"),
        (&["--lang", "js", "gone/a"], "gone/a can't be made"),
        (
            &["--lang", "js", "Big"],
            "\"Big\" can't be used: a name begins with",
        ),
        (&["--lang", "js", "a b"], "\"a b\" can't be used"),
        (
            &["--lang", "rust", "fn"],
            "\"fn\" can't be used: it has a meaning",
        ),
        (&["--lang", "js", ".."], ".. ends in no name"),
        (
            &["--lang", "rust", "--from", "segment", "a"],
            "--from starts from a JavaScript",
        ),
    ];
    for (arguments, expected) in table {
        let called = workspace
            .call(["new"].iter().chain(arguments))
            .expect_code(2);
        let expected = format!("hookmill: {expected}");
        assert!(called.stderr.starts_with(&expected), "{}", called.stderr);
        assert_eq!(called.stdout, "");
    }
    for arguments in [&["new", "a"][..], &["new", "--lang", "cobol", "a"]] {
        let called = workspace.call(arguments).expect_code(2);
        assert!(called.stderr.contains("--lang"), "{}", called.stderr);
    }
    let entries = fs::read_dir(workspace.path("")).expect("a folder");
    let mut left: Vec<_> = entries
        .map(|it| it.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["file", "full"]);
    assert_eq!(
        fs::read_to_string(workspace.path("full/notes.txt")).expect("a file"),
        "mine"
    );
}
