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
fn a_mistake_in_the_configuration_fails_with_its_place() {
    let desk = Desk::new();
    desk.write("hookmill.toml", "[server]\nlisten = 1\nport = 2");
    let called = desk.call(["doctor", "--config", "hookmill.toml"]);
    let called = called.expect_code(1);
    for expected in [
        "fail  configuration",
        "2 mistakes",
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
