//! `hookmill doctor`: the table and its exit code.

use super::Desk;

#[test]
fn a_machine_that_runs_these_tests_is_fit() {
    let desk = Desk::new();
    let called = desk.call(["doctor"]).expect_code(0);
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
    let left = std::fs::read_dir(desk.folder.path()).expect("the folder");
    assert_eq!(left.count(), 0, "the doctor left something behind");
}

#[test]
fn a_configuration_is_checked_with_everything_it_names() {
    let desk = Desk::new();
    desk.write(
        "hookmill.toml",
        "[tenants.a.endpoints.e]\nurl = 'https://a.test'",
    );
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(0);
    let expected = "hookmill.toml: 1 tenants, 0 sources, 1 endpoints, 0 transforms";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn uploaded_transforms_are_counted() {
    let desk = Desk::new();
    desk.write(
        "hookmill.toml",
        "[tenants.a.transforms.t]\nupload = true\n[tenants.a.transforms.u]\nupload = true\n[tenants.b.transforms.f]\nfile = 'f.js'",
    );
    desk.write("f.js", "function handler(webhook) { return webhook }");
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(0);
    let expected = "3 transforms (1 as files, 2 uploaded)";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn a_transform_that_cannot_be_read_fails_with_its_place() {
    let desk = Desk::new();
    desk.write("hookmill.toml", "[tenants.a.transforms.t]\nfile = 'f.js'");
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    let expected = "hookmill.toml:2:8: ";
    assert!(called.stdout.contains(expected), "{}", called.stdout);
}

#[test]
fn a_disk_with_less_room_than_events_need_fails_and_names_the_key() {
    let desk = Desk::new();
    let server = "[server]\ndisk_free_bytes_min = 1125899906842624";
    desk.write("hookmill.toml", server);
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    for expected in ["fail  free space", "server.disk_free_bytes_min"] {
        assert!(called.stdout.contains(expected), "{}", called.stdout);
    }
}

#[test]
fn a_problem_in_the_configuration_fails_with_its_place() {
    let desk = Desk::new();
    desk.write("hookmill.toml", "[server]\nlisten = 1\nport = 2");
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
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
    let desk = Desk::new();
    desk.write("file", "");
    let called = desk.call(["doctor", "--data-dir", "/proc/hookmill"]);
    let called = called.expect_code(1);
    assert!(
        called.stdout.contains("fail  data folder"),
        "{}",
        called.stdout
    );
}
