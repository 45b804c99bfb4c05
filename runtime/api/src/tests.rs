//! The shapes on the wire, written out: names, order, null and absent.

use crate::attempt::{Attempt, AttemptOutcome, SendError};
use crate::fault::{Fault, Position};
use crate::page::{Page, PageQuery};
use crate::problem::{AnyCode, More, Problem, ProblemCode};
use crate::replay::Replay;
use crate::sample_run::{BuiltInRuns, Outcome, SampleRun, Trial};
use crate::transform::{Latest, UsedVersion, User};
use crate::usage::Usage;
use crate::version::{Checked, Program, Uploaded, Version};
use crate::webhook::{Payload, Webhook};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// Both ways: the text of a value is this one, and gives the value again.
fn assert_written<T>(value: &T, text: &str)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let written = serde_json::to_string(value).expect("it can be written");
    assert_eq!(written, text);
    let read: T = serde_json::from_str(text).expect("it can be read");
    assert_eq!(&read, value);
}

fn fault() -> Fault {
    Fault {
        code: "thrown".to_owned(),
        message: "Error: no".to_owned(),
        position: None,
        stack: String::new(),
    }
}

fn attempt(outcome: AttemptOutcome, usage: Option<Usage>) -> Attempt {
    Attempt {
        number: 1,
        started_at: "2026-01-15T12:34:56.000Z".to_owned(),
        duration_us: 5,
        logs: String::new(),
        outcome: Some(outcome),
        usage,
    }
}

fn sample_run() -> SampleRun {
    SampleRun {
        sample: "a.json".to_owned(),
        logs: String::new(),
        warnings: Vec::new(),
        usage: Usage {
            fuel: 1,
            sandbox_us: Some(2),
            memory: 3,
        },
        fuel_max: 10,
        memory_max: 30,
        outcome: Outcome::Fault,
        webhook: None,
        fault: Some(fault()),
    }
}

const SAMPLE_RUN: &str = r#"{"sample":"a.json","logs":"","warnings":[],"fuel":1,"sandboxUs":2,"memory":3,"fuelMax":10,"memoryMax":30,"outcome":"fault","fault":{"code":"thrown","message":"Error: no","position":null,"stack":""}}"#;

fn program() -> Program {
    Program {
        digest: "sha256:00".to_owned(),
        file_name: "a.js".to_owned(),
        kind: "javascript".to_owned(),
        language: None,
        size_bytes: 9,
        imports: Vec::new(),
        compile_time_ms: 1.5,
    }
}

const PROGRAM: &str = r#""digest":"sha256:00","fileName":"a.js","kind":"javascript","language":null,"sizeBytes":9,"imports":[],"compileTimeMs":1.5"#;

fn problem(code: ProblemCode, more: Option<More>) -> Problem {
    Problem {
        kind: "about:blank".to_owned(),
        title: code.title().to_owned(),
        status: code.status(),
        code: AnyCode::Known(code),
        detail: "no".to_owned(),
        more,
    }
}

#[test]
fn every_problem_code_has_a_text_of_its_own_a_status_and_a_title() {
    let mut texts = BTreeSet::new();
    for code in ProblemCode::ALL {
        let text = code.as_str();
        assert!(texts.insert(text), "{text} is there twice");
        let words = text.split('_');
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(words.clone().all(is_word), "{text} is not snake case");
        assert!((400..600).contains(&code.status()), "{text}");
        // The title is the text in words.
        let title: Vec<_> = words.collect();
        assert_eq!(code.title().to_lowercase(), title.join(" "));
        assert_written(&code, &format!("\"{text}\""));
    }
    let all: Vec<_> = ProblemCode::ALL
        .iter()
        .map(|code| format!("{}={code}", code.status()))
        .collect();
    assert_eq!(
        all.join(" "),
        "400=malformed_request 401=not_authorized 404=not_found 405=method_not_allowed \
         408=request_timeout 409=conflict 409=endpoint_disabled 409=endpoint_not_declared \
         413=payload_too_large 415=unsupported_media_type 422=unprocessable_content \
         429=too_many_requests 501=not_implemented 503=unavailable"
    );
}

#[test]
fn a_problem_has_at_most_one_more_member() {
    let plain = problem(ProblemCode::NotFound, None);
    assert_written(
        &plain,
        r#"{"type":"about:blank","title":"Not found","status":404,"code":"not_found","detail":"no"}"#,
    );
    let begin = r#"{"type":"about:blank","title":"Unprocessable content","status":422,"code":"unprocessable_content","detail":"no","#;
    let position = Position {
        file: None,
        line: 2,
        column: 3,
    };
    for (more, member) in [
        (More::Position(None), r#""position":null"#.to_owned()),
        (
            More::Position(Some(position)),
            r#""position":{"line":2,"column":3}"#.to_owned(),
        ),
        (
            More::Samples(vec![sample_run()]),
            format!(r#""samples":[{SAMPLE_RUN}]"#),
        ),
        (
            More::BuiltIn(BuiltInRuns::default()),
            r#""builtIn":{"tried":0,"failed":[]}"#.to_owned(),
        ),
    ] {
        let problem = problem(ProblemCode::UnprocessableContent, Some(more));
        assert_written(&problem, &format!("{begin}{member}}}"));
    }
}

#[test]
fn an_attempt_says_how_it_ended_by_its_members() {
    const BEGIN: &str =
        r#"{"number":1,"startedAt":"2026-01-15T12:34:56.000Z","durationUs":5,"logs":"","#;
    let response = |note: &str| AttemptOutcome::Response {
        status: 200,
        response: "ok".to_owned(),
        note: note.to_owned(),
    };
    let error = SendError {
        kind: "dns".to_owned(),
        message: "no".to_owned(),
    };
    let usage = Usage {
        fuel: 1,
        sandbox_us: Some(2),
        memory: 3,
    };
    for (outcome, usage, members) in [
        (response(""), None, r#""status":200,"response":"ok"}"#),
        (
            response("odd"),
            Some(usage),
            r#""status":200,"response":"ok","note":"odd","fuel":1,"sandboxUs":2,"memory":3}"#,
        ),
        (
            AttemptOutcome::NotSent { error },
            None,
            r#""error":{"kind":"dns","message":"no"}}"#,
        ),
        (
            AttemptOutcome::Faulted { fault: fault() },
            Some(usage),
            r#""fault":{"code":"thrown","message":"Error: no","position":null,"stack":""},"fuel":1,"sandboxUs":2,"memory":3}"#,
        ),
        (
            AttemptOutcome::Canceled { canceled: true },
            None,
            r#""canceled":true}"#,
        ),
    ] {
        assert_written(&attempt(outcome, usage), &format!("{BEGIN}{members}"));
    }
}

#[test]
fn an_upload_is_a_version_with_its_trial_and_a_check_has_no_number() {
    let trial = Trial {
        samples: vec![sample_run()],
        built_in: BuiltInRuns::default(),
    };
    let end = format!(r#""samples":[{SAMPLE_RUN}],"builtIn":{{"tried":0,"failed":[]}}}}"#);
    let checked = Checked {
        program: program(),
        trial: trial.clone(),
    };
    assert_written(&checked, &format!("{{{PROGRAM},{end}"));
    let version = Version {
        version: 3,
        active: true,
        program: program(),
        author: "operator".to_owned(),
        created_at: "2026-01-15T12:34:56.000Z".to_owned(),
        endpoints: vec!["e".to_owned()],
    };
    assert_written(
        &Uploaded { version, trial },
        &format!(
            r#"{{"version":3,"active":true,{PROGRAM},"author":"operator","createdAt":"2026-01-15T12:34:56.000Z","endpoints":["e"],{end}"#
        ),
    );
}

#[test]
fn an_endpoint_follows_the_latest_version_or_is_pinned_to_a_number() {
    let user = |version| User {
        name: "e".to_owned(),
        version,
    };
    let followed = UsedVersion::Followed(Latest::Latest);
    assert_written(&user(followed), r#"{"name":"e","version":"latest"}"#);
    let pinned = UsedVersion::Pinned(2);
    assert_written(&user(pinned), r#"{"name":"e","version":2}"#);
}

#[test]
fn a_body_that_is_not_a_text_has_another_name() {
    let webhook = |payload| Webhook {
        url: "https://a.example/".to_owned(),
        method: "POST".to_owned(),
        headers: vec![("x".to_owned(), "1".to_owned())],
        cancel: false,
        payload,
    };
    const BEGIN: &str =
        r#"{"url":"https://a.example/","method":"POST","headers":[["x","1"]],"cancel":false,"#;
    assert_written(
        &webhook(Payload::Text("1.0".to_owned())),
        &format!(r#"{BEGIN}"payload":"1.0"}}"#),
    );
    assert_written(
        &webhook(Payload::Base64("/w==".to_owned())),
        &format!(r#"{BEGIN}"payloadBase64":"/w=="}}"#),
    );
}

#[test]
fn a_page_is_the_one_that_svix_has() {
    let page = Page {
        data: vec![1],
        iterator: Some("a".to_owned()),
        prev_iterator: None,
        done: true,
    };
    assert_written(
        &page,
        r#"{"data":[1],"iterator":"a","prevIterator":null,"done":true}"#,
    );
}

#[test]
fn answers_are_read_leniently_and_requests_strictly() {
    let run = SAMPLE_RUN.replace(r#""logs""#, r#""new":{"a":[1]},"logs""#);
    assert_eq!(
        serde_json::from_str::<SampleRun>(&run).ok(),
        Some(sample_run())
    );
    let run = SAMPLE_RUN.replace(r#""outcome":"fault""#, r#""outcome":"postponed""#);
    let read: SampleRun = serde_json::from_str(&run).expect("it can be read");
    assert_eq!(read.outcome, Outcome::Unknown);
    let text = r#"{"type":"x","title":"T","status":418,"code":"teapot","detail":"no","new":1}"#;
    let read: Problem = serde_json::from_str(text).expect("it can be read");
    assert_eq!(read.code, AnyCode::Other("teapot".to_owned()));
    assert_eq!(read.more, None);
    let text = r#"{"number":1,"startedAt":"","durationUs":5,"logs":"","postponed":{}}"#;
    let read: Attempt = serde_json::from_str(text).expect("it can be read");
    assert_eq!((read.outcome, read.usage), (None, None));
    assert!(serde_json::from_str::<Replay>(r#"{"transfrom":true}"#).is_err());
    assert!(serde_json::from_str::<PageQuery>(r#"{"cursor":"a"}"#).is_err());
}
