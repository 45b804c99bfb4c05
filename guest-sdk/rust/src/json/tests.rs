//! The reader against `serde_json`, which decides what is JSON, and what is
//! this reader's own.

#![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

use super::*;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Equal but for the last digits of floating-point numbers, more of them next
/// to zero: `serde_json` takes a short cut there.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            _ if a == b => true,
            (Some(a), Some(b)) => (a - b).abs() <= b.abs() * 1e-15 + f64::MIN_POSITIVE,
            _ => false,
        },
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| x == y && same(a, b))
        }
        _ => ours == theirs,
    }
}

/// Asserts that both readers agree, whether the value is wanted or skipped.
fn assert_agreement(text: &str) {
    let skipped = from_str::<IgnoredAny>(text).is_ok();
    let skipped_there = serde_json::from_str::<IgnoredAny>(text).is_ok();
    assert_eq!(skipped, skipped_there, "skipping {text}");
    match (from_str::<Value>(text), serde_json::from_str::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => assert!(same(&ours, &theirs), "{text}: {ours} {theirs}"),
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{text}: {ours:?} {theirs:?}"),
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_as_it_reads_it(value in value()) {
        assert_agreement(&value.to_string());
        assert_agreement(&format!(" {value:#}\r\n"));
    }

    #[test]
    fn damaged_text_is_refused_where_serde_json_refuses_it(
        value in value(),
        place in any::<prop::sample::Index>(),
        damage in r#"[\[\]{}:,"\\ntu0-9eE.+\- \n]{0,2}"#,
    ) {
        let mut chars: Vec<char> = value.to_string().chars().collect();
        let place = place.index(chars.len());
        chars.splice(place..=place, damage.chars());
        let text: String = chars.into_iter().collect();
        // Halves of surrogate pairs are this reader's own decision.
        if text.contains("\\u") {
            return Ok(());
        }
        assert_agreement(&text);
    }

    #[test]
    fn noise_is_refused_where_serde_json_refuses_it(
        text in r#"[\[\]{}:,"\\ntrue0-9E.+\- ]{0,24}"#,
    ) {
        if text.contains("\\u") {
            return Ok(());
        }
        assert_agreement(&text);
    }
}

#[test]
fn the_corners_of_the_grammar_are_those_of_serde_json() {
    for text in [
        "",
        " ",
        "0",
        "-0",
        "00",
        "01",
        "-01",
        "-",
        "+1",
        "1.",
        ".1",
        "1.0",
        "1e",
        "1e+",
        "1E-2",
        "1e999",
        "-1e999",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "0.1e1",
        "0e0",
        "tru",
        "truex",
        "nul",
        "null null",
        "[]",
        "[ ]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[",
        "]",
        "[1}",
        "{}",
        "{ }",
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{"a":}"#,
        "{1:2}",
        r#"{"a":1"#,
        r#"{"a":1]"#,
        r#"{"a":1,"a":2}"#,
        r#"""#,
        r#""a"#,
        "\"a\nb\"",
        "\"a\u{7f}b\"",
        r#""\x""#,
        r#""\"#,
        r#""\u12"#,
        r#""\u12g4""#,
        r#""\u+123""#,
        r#""\u00e9\/\b\f\n\r\t\\\"""#,
        r#""\ud83d\ude80""#,
        r#""0123456789abcdef""#,
        r#""0123456789abcde\"f""#,
        "\"שלום 👩‍🚀 0123456789\"",
        "\u{feff}1",
    ] {
        assert_agreement(text);
    }
}

#[test]
fn a_half_of_a_surrogate_pair_becomes_the_replacement_character() {
    for text in [r#""a\ud83d""#, r#""a\ude80""#] {
        assert_eq!(from_str::<String>(text).unwrap(), "a\u{fffd}");
    }
    let twice: String = from_str(r#""\ud83d\ud83d\ude80""#).unwrap();
    assert_eq!(twice, "\u{fffd}🚀");
    let before_another: String = from_str(r#""\ud83d\n""#).unwrap();
    assert_eq!(before_another, "\u{fffd}\n");
}

#[test]
fn nesting_is_bounded_wanted_or_not() {
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    let deepest = nested(DEPTH_MAX);
    assert!(from_str::<IgnoredAny>(&deepest).is_ok());
    assert!(from_str::<Value>(&deepest).is_ok());
    for text in [nested(DEPTH_MAX + 1), nested(100_000)] {
        for error in [
            from_str::<IgnoredAny>(&text).unwrap_err(),
            from_str::<Value>(&text).unwrap_err(),
        ] {
            let said = error.to_string();
            assert!(said.starts_with("nested too deeply"), "{said}");
        }
    }
    let skipped_inside = format!(r#"{{"unknown":{}}}"#, nested(DEPTH_MAX));
    assert!(from_str::<BTreeMap<String, IgnoredAny>>(&skipped_inside).is_err());
}

#[test]
fn text_is_borrowed_and_integers_are_exact() {
    #[derive(serde::Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
        count: u64,
        least: i64,
        ratio: f32,
        mark: char,
        nothing: Option<u8>,
    }
    let text = r#"{"name":"Ada","other":[{}],"count":9007199254740993,"least":-9223372036854775808,"ratio":2,"mark":"\u00e9","nothing":null}"#;
    let shape: Shape = from_str(text).unwrap();
    assert!(matches!(shape.name, Cow::Borrowed("Ada")));
    assert_eq!(shape.count, 9_007_199_254_740_993);
    assert_eq!(shape.least, i64::MIN);
    assert!((shape.ratio - 2.0).abs() < f32::EPSILON);
    assert_eq!((shape.mark, shape.nothing), ('é', None));
}

#[test]
fn enums_are_read_in_each_of_serdes_forms() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Event {
        Unit,
        Newtype(u8),
        Tuple(u8, String),
        Struct { a: bool },
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(tag = "type", content = "data")]
    enum Tagged {
        A(u8),
    }
    let all: Vec<Event> =
        from_str(r#"["unit",{"newtype":1},{"tuple":[2,"x"]},{"struct":{"a":true}},{"unit":null}]"#)
            .unwrap();
    let tuple = Event::Tuple(2, "x".to_owned());
    let expected = [
        Event::Unit,
        Event::Newtype(1),
        tuple,
        Event::Struct { a: true },
        Event::Unit,
    ];
    assert_eq!(all, expected);
    assert_eq!(
        from_str::<Tagged>(r#"{"data":7,"type":"A"}"#).unwrap(),
        Tagged::A(7)
    );
    let by_variant: BTreeMap<String, Event> = from_str(r#"{"k":"unit"}"#).unwrap();
    assert_eq!(by_variant["k"], Event::Unit);
    for bad in [r#"{"newtype":1,"unit":null}"#, "{}", r#"{"newtype"}"#, "7"] {
        assert!(from_str::<Event>(bad).is_err(), "{bad}");
    }
}

#[test]
fn errors_name_the_place_and_never_a_value() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Plan {
        Basic,
    }
    let said = |error: Error| error.to_string();
    let secret = "{\n \"name\": \"Ada Secret\"}";
    let wrong_type = said(from_str::<BTreeMap<String, u8>>(secret).unwrap_err());
    assert_eq!(
        wrong_type,
        "invalid type: a string, expected u8 at line 2 column 9"
    );
    let wrong_value = said(from_str::<Plan>(r#""Ada Secret""#).unwrap_err());
    assert_eq!(
        wrong_value,
        "unknown variant, expected one of basic at line 1 column 12"
    );
    let too_big = said(from_str::<u8>("1234567").unwrap_err());
    assert_eq!(too_big, "invalid value, expected u8 at line 1 column 7");
    let fraction = said(from_str::<i64>("12.5").unwrap_err());
    assert_eq!(
        fraction,
        "expected an integer of 64 bits at line 1 column 4"
    );
    let cut = said(from_str::<Vec<u8>>("[1,").unwrap_err());
    assert_eq!(cut, "the text ends too early at line 1 column 3");
}

#[test]
fn what_is_written_is_read_again() {
    let value = json!({"a": [1, -2.5, "\u{1f680}\n"], "b": null});
    let text = to_string(&value).unwrap();
    assert_eq!(from_str::<Value>(&text).unwrap(), value);
    let keys = BTreeMap::from([(vec![1], 1)]);
    assert!(to_string(&keys).is_err(), "a list is no key");
}
