//! Random input wherever strangers' bytes come in: uploads,
//! sources, events, results. Whatever comes, the sandbox answers with a result,
//! a fault or a refusal in plain words, and never with a failure of its own.
//!
//! An ordinary run tries the same few cases each time, after those that failed
//! once: they are kept in `proptest-regressions`, to be checked in. To look for
//! more, for some minutes a test:
//!
//! ```sh
//! HOOKMILL_FUZZ_SECONDS=600 cargo nextest run -p hookmill-sandbox --test fuzz
//! ```

#[path = "../common/mod.rs"]
mod common;
mod generated;
mod results;
mod sources;
mod uploads;
mod values;

use common::{Fixture, config, fixture_of, invocation, plain, worker};
use hookmill_sandbox::{ChildLimits, Compile, LoadError, Program, Run, Source};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use std::panic::Location;
use std::time::{Duration, Instant};

/// Bytes of a refusal's text.
const TEXT_BYTES_MAX: usize = 5 << 10;

/// Cases that are tried before the clock is looked at.
const ROUND_CASES: u32 = 64;

/// Tries so many values; more, and other ones, when time for that is given.
/// What fails is kept under the name of the caller's file.
#[track_caller]
fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let seconds = std::env::var("HOOKMILL_FUZZ_SECONDS").ok();
    let seconds = seconds.map(|text| text.parse().expect("HOOKMILL_FUZZ_SECONDS is a number"));
    let file = Location::caller().file();
    let config = |cases| Config {
        cases,
        source_file: Some(file),
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let run = |mut runner: TestRunner| {
        let found = runner.run(strategy, &test);
        found.unwrap_or_else(|error| panic!("{error}"));
    };
    let Some(seconds) = seconds else {
        let fixed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        return run(TestRunner::new_with_rng(config(cases), fixed));
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < end {
        run(TestRunner::new(config(ROUND_CASES)));
    }
}

/// A sandbox that compiles in children, as the relay's does, and keeps what it
/// compiled nowhere.
struct Uploads {
    fixture: Fixture,
    _dir: tempfile::TempDir,
}

impl Uploads {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(dir.path());
        config.compile = Compile::Child { exe: worker() };
        config.child = ChildLimits {
            processor_s_max: 10,
            ..ChildLimits::default()
        };
        Self {
            fixture: fixture_of(config),
            _dir: dir,
        }
    }

    /// Loads a component, and runs it when it loads.
    fn try_component(&self, wasm: &[u8]) {
        let name = "x.wasm";
        let loaded = self.fixture.sandbox.load(Source::Component { name, wasm });
        try_program(&self.fixture, name, loaded);
    }
}

/// Asserts that a refusal is one, and that what loads can be run.
fn try_program(fixture: &Fixture, name: &str, loaded: Result<Program, LoadError>) -> Option<Run> {
    match loaded {
        Ok(program) => {
            let run = fixture.sandbox.run_blocking(&program, invocation());
            Some(run.expect("the sandbox itself does not fail"))
        }
        Err(error) => {
            assert!(!matches!(error, LoadError::Unavailable { .. }), "{error:?}");
            let text = error.to_string();
            assert!(text.len() < TEXT_BYTES_MAX, "{} bytes: {text}", text.len());
            // Below the sentence there may be the line of the source.
            plain(name, text.lines().next().unwrap_or_default());
            None
        }
    }
}
