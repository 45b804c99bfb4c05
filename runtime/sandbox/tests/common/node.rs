//! Tables of what Node.js 20 answers: each is written by a script beside it,
//! and held against what the script writes wherever that Node.js is.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Asserts that `FOLDER/SCRIPT` writes what stands in `FOLDER/TABLE`.
pub(crate) fn assert_writes(folder: &str, script: &str, table: &str) {
    let version = Command::new("node").arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !version.is_ok_and(|version| version.starts_with("v20.")) {
        hookmill_peer::missing("there is no Node.js 20 here");
        return;
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folder = tests.join(folder);
    let output = Command::new("node")
        .arg(script)
        .current_dir(&folder)
        .output()
        .expect("node starts");
    let kept = fs::read_to_string(folder.join(table)).expect("the table");
    assert_eq!(String::from_utf8_lossy(&output.stdout), kept);
}
