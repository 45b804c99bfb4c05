//! `hookmill doctor`: the table and its exit code.

use super::Workspace;

#[test]
fn a_machine_that_runs_these_tests_is_fit() {
    let workspace = Workspace::new();
    let called = workspace.call(["doctor"]).expect_code(0);
    for expected in [
        "data folder",
        "durability",
        "open files",
        "sandbox",
        "compiling",
        "Rust transforms",
    ] {
        assert!(called.stdout.contains(expected), "{}", called.stdout);
    }
    let left = std::fs::read_dir(workspace.folder.path()).expect("the folder");
    assert_eq!(left.count(), 0, "the doctor left something behind");
}

#[test]
fn a_configuration_is_checked_with_everything_it_names() {
    let workspace = Workspace::new();
    workspace.write(
        "hookmill.toml",
        "[tenants.a.endpoints.e]\nurl = 'https://a.test'",
    );
    let called = workspace.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(0);
    let expected = "hookmill.toml: 1 tenants, 0 sources, 1 endpoints, 0 transforms";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn uploaded_transforms_are_counted() {
    let workspace = Workspace::new();
    workspace.write(
        "hookmill.toml",
        "[tenants.a.transforms.t]\nupload = true\n[tenants.a.transforms.u]\nupload = true\n[tenants.b.transforms.f]\nfile = 'f.js'",
    );
    workspace.write("f.js", "function handler(webhook) { return webhook }");
    let called = workspace.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(0);
    let expected = "3 transforms (1 as files, 2 uploaded)";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn a_transform_that_cannot_be_read_fails_with_its_place() {
    let workspace = Workspace::new();
    workspace.write("hookmill.toml", "[tenants.a.transforms.t]\nfile = 'f.js'");
    let called = workspace.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    let expected = "hookmill.toml:2:8: ";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn a_disk_with_less_room_than_events_need_fails_and_names_the_key() {
    let workspace = Workspace::new();
    let server = "[server]\ndisk_free_bytes_min = 1125899906842624";
    workspace.write("hookmill.toml", server);
    let called = workspace.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    for expected in ["fail  free space", "server.disk_free_bytes_min"] {
        assert!(called.stdout.contains(expected), "{}", called.stdout);
    }
}

#[test]
fn a_problem_in_the_configuration_fails_with_its_place() {
    let workspace = Workspace::new();
    workspace.write("hookmill.toml", "[server]\nlisten = 1\nport = 2");
    let called = workspace.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    for expected in [
        "fail  configuration",
        "2 problems",
        "hookmill.toml:2:10: ",
        "hookmill.toml:3:1: ",
    ] {
        assert!(called.stdout.contains(expected), "{}", called.stdout);
    }
}

#[test]
fn a_data_folder_that_cannot_be_written_to_fails() {
    let workspace = Workspace::new();
    workspace.write("file", "");
    let called = workspace.call(["doctor", "--data-dir", "/proc/hookmill"]);
    let called = called.expect_code(1);
    assert!(
        called.stdout.contains("fail  data folder"),
        "{}",
        called.stdout
    );
}
