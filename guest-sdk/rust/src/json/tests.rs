//! What is this module's own: halves of surrogate pairs, and errors that quote
//! nothing.

#![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[test]
fn a_half_of_a_surrogate_pair_becomes_the_replacement_character() {
    for (text, expected) in [
        (r#""a\ud83d""#, "a\u{fffd}"),
        (r#""a\ude80b""#, "a\u{fffd}b"),
        (r#""\ud83d\ud83d\ude80""#, "\u{fffd}🚀"),
        (r#""\ude80\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\\ud83d \uD83D""#, "\\ud83d \u{fffd}"),
        (r#""é\\\ud83d""#, "é\\\u{fffd}"),
    ] {
        assert_eq!(from_str::<String>(text).unwrap(), expected, "{text}");
    }
    let in_a_key: BTreeMap<String, u8> = from_str(r#"{"a\ud83d":1}"#).unwrap();
    assert_eq!(in_a_key["a\u{fffd}"], 1);
}

#[test]
fn a_text_with_a_half_and_a_fault_is_refused_at_the_faults_place() {
    let error = from_str::<(String, u8)>(r#"["\ud83d", true]"#).unwrap_err();
    let expected = "invalid type: boolean, expected u8 at line 1 column 15";
    assert_eq!(error.to_string(), expected);
}

proptest! {
    /// Each escape of a code unit is read, as what stands for it in UTF-16.
    #[test]
    fn code_units_are_read_as_utf_16_with_losses(units in prop::collection::vec(unit(), 0..6)) {
        let escapes = units.iter().map(|unit| format!("\\u{unit:04x}"));
        let text = format!("\"{}\"", escapes.collect::<String>());
        prop_assert_eq!(from_str::<String>(&text).unwrap(), String::from_utf16_lossy(&units));
    }

    #[test]
    fn an_error_never_quotes_a_text(secret in "SECRET[ -~]{0,20}", place in 0..4) {
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Plan {
            Basic,
        }
        let text = json!({ "a": secret.clone() }).to_string();
        let error = match place {
            0 => from_str::<BTreeMap<String, u8>>(&text).map(drop),
            1 => from_str::<BTreeMap<String, Plan>>(&text).map(drop),
            2 => from_str::<BTreeMap<String, char>>(&text).map(drop),
            _ => from_str::<BTreeMap<String, Vec<u8>>>(&text).map(drop),
        };
        let said = error.unwrap_err().to_string();
        prop_assert!(!said.contains("SECRET"), "{}", said);
        prop_assert!(said.contains(", expected ") && said.contains(" at line 1 column "), "{}", said);
    }
}

/// A UTF-16 code unit, most often half a pair.
fn unit() -> impl Strategy<Value = u16> {
    prop_oneof![0xD800_u16..0xE000, 0x20_u16..0x7F, any::<u16>()]
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let said = |error: Error| error.to_string();
    let secret = "{\n \"name\": \"Ada Secret, expected \\\"\"}";
    let wrong_type = said(from_str::<BTreeMap<String, u8>>(secret).unwrap_err());
    assert_eq!(
        wrong_type,
        "invalid type: string, expected u8 at line 2 column 34"
    );
    let too_big = said(from_str::<u8>("1234567").unwrap_err());
    assert_eq!(
        too_big,
        "invalid value: integer, expected u8 at line 1 column 7"
    );
    let fraction = said(from_str::<i64>("12.5").unwrap_err());
    assert_eq!(
        fraction,
        "invalid type: floating point, expected i64 at line 1 column 4"
    );
    let null = said(from_str::<i64>("null").unwrap_err());
    assert_eq!(null, "invalid type: null, expected i64 at line 1 column 4");
    let cut = said(from_str::<Vec<u8>>("[1,").unwrap_err());
    assert!(cut.ends_with("at line 1 column 3"), "{cut}");
    let bytes = said(from_slice::<Value>(b"\"a\xff\"").unwrap_err());
    assert_eq!(bytes, "the text is not UTF-8 after 2 bytes");
}

#[test]
fn text_is_borrowed_and_numbers_are_exact() {
    #[derive(serde::Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        name: Cow<'a, str>,
        count: u64,
        least: i64,
        ratio: f64,
    }
    let text = r#"{"name":"Ada","other":[{}],"count":9007199254740993,"least":-9223372036854775808,"ratio":31.245270191439438}"#;
    let shape: Shape = from_str(text).unwrap();
    assert!(matches!(shape.name, Cow::Borrowed("Ada")));
    assert_eq!(shape.count, 9_007_199_254_740_993);
    assert_eq!(shape.least, i64::MIN);
    assert_eq!(shape.ratio.to_string(), "31.245270191439438");
}

#[test]
fn nesting_of_what_is_wanted_is_bounded() {
    let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(from_str::<Value>(&nested(127)).is_ok());
    for depth in [128, 100_000] {
        let said = from_str::<Value>(&nested(depth)).unwrap_err().to_string();
        assert!(said.starts_with("recursion limit exceeded"), "{said}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let value = json!({"a": [1, -2.5, "\u{1f680}\n"], "b": null});
    let text = to_string(&value).unwrap();
    assert_eq!(from_str::<Value>(&text).unwrap(), value);
    assert_eq!(to_vec(&value).unwrap(), text.as_bytes());
    let keys = BTreeMap::from([(vec![1], 1)]);
    assert!(to_string(&keys).is_err(), "a list is no key");
}
