//! Events: any JSON, written in any way, goes through a transform that leaves
//! it alone byte for byte, and through one that copies it without a change in
//! meaning.

use super::check;
use crate::common::{fixture, invocation};
use hookmill_sandbox::{Run, Source};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use serde_json::Value;

const COPY: &str = "function handler(webhook) {
  webhook.payload = JSON.parse(JSON.stringify(webhook.payload));
  return webhook;
}";

/// A JSON text, with the spaces and escapes that writers may choose.
fn json(numbers: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = String> {
    let character = prop_oneof![
        8 => any::<char>().prop_map(|character| serde_json::to_string(&character).expect("text")),
        1 => any::<char>().prop_map(|character| {
            let units = character.encode_utf16(&mut [0; 2]).to_vec();
            let escapes: String = units.iter().map(|unit| format!("\\u{unit:04X}")).collect();
            format!("\"{escapes}\"")
        }),
        1 => select(&["\"\\/\"", "\"__proto__\"", "\"constructor\"", "\"toJSON\""][..])
            .prop_map(str::to_owned),
    ];
    let text = vec(character, 0..8).prop_map(|characters| {
        let inner = characters.iter().map(|text| &text[1..text.len() - 1]);
        format!("\"{}\"", inner.collect::<String>())
    });
    let space = || select(&["", " ", "\n\t", "  \r\n"][..]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        numbers,
        text.clone(),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let list = (vec(inner.clone(), 0..6), space());
        let list = list.prop_map(|(members, space)| {
            format!(
                "[{space}{}{space}]",
                members.join(&format!("{space},{space}"))
            )
        });
        let member = (text.clone(), inner, space());
        let member = member.prop_map(|(key, value, space)| format!("{key}{space}:{space}{value}"));
        let object = vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(",")));
        prop_oneof![list, object]
    })
}

/// Numbers as they may stand in JSON, also those that no computer can hold.
fn any_number() -> impl Strategy<Value = String> + Clone {
    let digits = || "[1-9][0-9]{0,30}";
    prop_oneof![
        digits().prop_map(String::from),
        (digits(), "[0-9]{1,20}", -400..400_i32)
            .prop_map(|(whole, part, power)| format!("-{whole}.{part}E{power:+}")),
        Just("-0".to_owned()),
    ]
}

/// Numbers that JavaScript can hold as they are.
fn whole_number() -> impl Strategy<Value = String> + Clone {
    (-9_007_199_254_740_991..=9_007_199_254_740_991_i64).prop_map(|number| number.to_string())
}

#[test]
fn what_is_left_alone_comes_out_byte_for_byte() {
    let fixture = fixture();
    let script = fixture.sandbox.load(Source::JavaScript {
        name: "identity.js",
        text: "function handler(webhook) { webhook.payload; return webhook }",
    });
    let script = script.expect("it loads");
    let component = fixture.guest("(call $echo (local.get $in))");
    check(300, &json(any_number()), |text| {
        for program in [&script, &component] {
            let run = run(&fixture, program, &text);
            let Ok(webhook) = run.outcome else {
                panic!("{:?}", run.outcome)
            };
            assert_eq!(webhook.request().body(), text.as_bytes(), "{text}");
        }
        Ok(())
    });
}

#[test]
fn what_is_copied_means_the_same() {
    let fixture = fixture();
    let copy = fixture.sandbox.load(Source::JavaScript {
        name: "copy.js",
        text: COPY,
    });
    let copy = copy.expect("it loads");
    check(300, &json(whole_number()), |text| {
        let run = run(&fixture, &copy, &text);
        let Ok(webhook) = run.outcome else {
            panic!("{:?}", run.outcome)
        };
        let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("it is JSON");
        assert_eq!(
            read(webhook.request().body()),
            read(text.as_bytes()),
            "{text}"
        );
        Ok(())
    });
}

fn run(fixture: &crate::common::Fixture, program: &hookmill_sandbox::Program, text: &str) -> Run {
    let mut invocation = invocation();
    invocation.payload = text.to_owned().into();
    let run = fixture.sandbox.run_blocking(program, invocation);
    run.expect("the sandbox itself does not fail")
}
