//! Transforms in C, C++, Python and Zig: each example is built from source by
//! the binary and makes the expected requests through a running relay; each
//! template builds, passes its unit tests and gives what it promises.
//!
//! Where a toolchain can't be had, the test says so and passes.

use hookmill_tests::binary::root;
use hookmill_tests::folder::Folder;
use hookmill_tests::peers;
use hookmill_tests::project::{self, build, path_with, succeeded};
use hookmill_tests::relay::Relay;
use hookmill_tests::sink::Sink;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where Segment's calls go to.
const HOST: &str = "api.segment.io";

fn inherited() -> OsString {
    path_with(&[])
}

fn with_zig() -> Option<OsString> {
    let folder = peers::python("ziglang", &["ziglang"])?;
    Some(path_with(&[folder.join("bin")]))
}

fn with_componentize_py() -> Option<OsString> {
    let folder = peers::python("componentize-py", &["componentize-py"])?;
    Some(path_with(&[folder.join("bin")]))
}

/// Whether the machine's own C or C++ toolchain is there, as the doctor sees
/// it.
fn has_toolchain(language: &str) -> bool {
    let output = hookmill_tests::binary::run(&["doctor"]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = format!("{language} transforms");
    let found = printed.lines().find(|one| one.contains(&line));
    let is_there = found.is_some_and(|one| one.starts_with("ok"));
    if !is_there {
        hookmill_peer::missing(format_args!("there is no {language} toolchain here"));
    }
    is_there
}

/// Builds the Segment example of a language and holds all events through a
/// relay against the expected requests. Gives what `build` printed.
fn example(language: &str, path: &OsString) -> String {
    let sources = root().join("transforms/segment").join(language);
    let before = project::files(&sources);
    let sink = Sink::start();
    let folder = Folder::new(&declarations(&sink));
    let component = folder.path().join("segment.wasm");
    let printed = succeeded(&build(&sources, &component, path));
    assert_eq!(before, project::files(&sources), "the sources stay alone");
    let relay = Relay::start(&folder);
    for event in project::files(&root().join("transforms/segment/events")) {
        deliver(&relay, &sink, &event);
    }
    printed
}

fn declarations(sink: &Sink) -> String {
    format!(
        "[egress.routes]\n\"{HOST}\" = \"http://{}\"\n\
         [tenants.acme.transforms.t]\nfile = \"segment.wasm\"\n\
         [tenants.acme.endpoints.e]\nurl = \"https://relay.invalid/default\"\n\
         hosts = [\"relay.invalid\", \"{HOST}\"]\ntransform = \"t\"\n",
        sink.address()
    )
}

fn deliver(relay: &Relay, sink: &Sink, event: &Path) {
    let name = event.file_name().expect("a name");
    let what = name.to_string_lossy();
    let expected = project::read(&root().join("transforms/segment/expected").join(name));
    let before = sink.received().len();
    let body = fs::read(event).expect("the event can be read");
    let id = relay.accept(&what.replace('.', "-"), &body);
    let delivery = relay.finished(&id)["deliveries"][0].clone();
    let received = sink.received().split_off(before);
    if expected["cancel"] == true {
        assert_eq!(delivery["status"], "canceled", "{what}: {delivery}");
        assert!(received.is_empty(), "{what}");
        return;
    }
    assert_eq!(delivery["status"], "delivered", "{what}: {delivery}");
    let request = &received[0];
    let url = format!("https://{HOST}{}", request.path);
    assert_eq!(expected["url"], url, "{what}");
    assert_eq!(expected["method"], request.method, "{what}");
    assert_eq!(expected["payload"], request.json(), "{what}");
}

/// Makes a project, away from the repository, runs its unit tests, builds it
/// and tries its samples.
fn template(language: &str, unit_test: &[&str], path: &OsString) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = project::make(language, folder.path());
    unit_tests(&project, unit_test, path);
    let before = project::files(&project);
    let printed = succeeded(&project::test(&project, path));
    assert!(printed.ends_with("\n2 passed\n"), "{printed}");
    assert_eq!(before, project::files(&project), "the sources stay alone");
}

fn unit_tests(folder: &Path, words: &[&str], path: &OsString) {
    let (program, rest) = words.split_first().expect("a command has a first word");
    let cache = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(program)
        .args(rest)
        .current_dir(folder)
        .env("PATH", path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("ZIG_LOCAL_CACHE_DIR", cache.path())
        .output();
    let _ = succeeded(&output.expect("the tests start"));
}

const ZIG_TEST: [&str; 5] = ["python3", "-m", "ziglang", "test", "handler.zig"];

const PYTHON_TEST: [&str; 3] = ["python3", "-m", "unittest"];

#[test]
fn the_c_example_makes_the_expected_requests_and_imports_no_wasi() {
    if has_toolchain("C") {
        let printed = example("c", &inherited());
        assert!(!printed.contains("wasi:"), "{printed}");
    }
    let folder = root().join("transforms/segment/c");
    unit_tests(&folder, &["sh", "tests/run"], &inherited());
}

#[test]
fn the_zig_example_makes_the_expected_requests_and_imports_no_wasi() {
    let Some(path) = with_zig() else { return };
    let printed = example("zig", &path);
    assert!(!printed.contains("wasi:"), "{printed}");
    let folder = root().join("transforms/segment/zig");
    unit_tests(&folder, &ZIG_TEST, &path);
}

#[test]
fn the_python_example_makes_the_expected_requests_and_imports_no_wasi() {
    let folder = root().join("transforms/segment/python");
    unit_tests(&folder, &PYTHON_TEST, &inherited());
    let Some(path) = with_componentize_py() else {
        return;
    };
    let printed = example("python", &path);
    assert!(!printed.contains("wasi:"), "{printed}");
}

#[test]
fn c_built_by_zig_imports_wasi_by_the_adapter_and_makes_the_same_requests() {
    let Some(folder) = peers::python("ziglang", &["ziglang"]) else {
        return;
    };
    // Nothing else in the search path: the machine's clang would win.
    let path = folder.join("bin").into_os_string();
    let printed = example("c", &path);
    assert!(printed.contains("wasi:cli/"), "{printed}");
}

#[test]
fn the_templates_of_c_and_cpp_build_and_pass() {
    for (language, folder) in [("C", "c"), ("C++", "cpp")] {
        if has_toolchain(language) {
            template(folder, &["sh", "tests/run"], &inherited());
        }
    }
}

#[test]
fn the_template_of_zig_builds_and_passes() {
    if let Some(path) = with_zig() {
        template("zig", &ZIG_TEST, &path);
    }
}

#[test]
fn the_template_of_python_builds_and_passes() {
    if let Some(path) = with_componentize_py() {
        template("python", &PYTHON_TEST, &path);
    }
}

/// Prints the names that a transform in Python can use, with the fields of
/// each.
const NAMES: &str = r#"
import dataclasses, enum, importlib, json, sys
sys.path.insert(0, sys.argv[1])
found = {}
for module in ["wit_world", "wit_world.imports.types", "wit_world.imports.log", "wit_world.imports.clock"]:
    for name, it in vars(importlib.import_module(module)).items():
        if getattr(it, "__module__", None) != module:
            continue
        if dataclasses.is_dataclass(it):
            found[name] = [field.name for field in dataclasses.fields(it)]
        elif isinstance(it, type) and issubclass(it, enum.Enum):
            found[name] = [[one.name, one.value] for one in it]
        else:
            names = it.__code__.co_varnames if hasattr(it, "__code__") else ("handler",)
            found[name] = list(names)
print(json.dumps(found, sort_keys=True))
"#;

#[test]
fn what_stands_for_pythons_modules_on_the_host_has_their_names() {
    let Some(folder) = peers::python("componentize-py", &["componentize-py"]) else {
        return;
    };
    let generated = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(folder.join("bin/componentize-py"))
        .arg("-d")
        .arg(root().join("wit"))
        .args(["-w", "transform", "bindings"])
        .arg(generated.path())
        .output();
    let _ = succeeded(&output.expect("the tool starts"));
    let names = |folder: &Path| {
        let mut python = Command::new("python3");
        // The generated modules are for a Python that knows `typing.Self`.
        python.args(["-B", "-c", NAMES]).arg(folder);
        succeeded(&python.output().expect("python starts"))
    };
    let own = names(&root().join("guest-sdk/python/host"));
    assert!(own.contains("Failure_Reject"), "{own}");
    assert_eq!(names(generated.path()), own);
}
