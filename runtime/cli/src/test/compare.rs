//! Where two JSON texts differ.
//!
//! Equal means equal as JSON: the order of keys does not matter, and white
//! space does not; the order of a list does. Numbers are compared as they are
//! written where they are whole, so that none is rounded.
//!
//! Works on the texts, level by level, and never makes a tree of them: a tree's
//! depth would be bounded by the stack.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Number;
use serde_json::value::RawValue;
use std::fmt;

/// One place where an actual value is not the expected one.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    /// `payload.items[2].name`; empty for the whole.
    pub(super) path: String,
    /// None when there should be nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<Box<RawValue>>,
    /// None when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) actual: Option<Box<RawValue>>,
}

/// A place in both values; none where one of them has nothing.
struct Pair<'v> {
    path: String,
    expected: Option<&'v RawValue>,
    actual: Option<&'v RawValue>,
}

/// All differences, in the order of the expected value.
pub(super) fn differences(expected: &RawValue, actual: &RawValue) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut to_do = vec![Pair {
        path: String::new(),
        expected: Some(expected),
        actual: Some(actual),
    }];
    while let Some(pair) = to_do.pop() {
        let inner = match (pair.expected, pair.actual) {
            (Some(expected), Some(actual)) => match compare(&pair.path, expected, actual) {
                Compared::Equal => continue,
                Compared::Different => None,
                Compared::Inside(pairs) => Some(pairs),
            },
            _ => None,
        };
        match inner {
            Some(pairs) => to_do.extend(pairs.into_iter().rev()),
            None => found.push(Difference {
                path: pair.path,
                expected: pair.expected.map(RawValue::to_owned),
                actual: pair.actual.map(RawValue::to_owned),
            }),
        }
    }
    found
}

enum Compared<'v> {
    Equal,
    Different,
    /// What decides are these.
    Inside(Vec<Pair<'v>>),
}

fn compare<'v>(path: &str, expected: &'v RawValue, actual: &'v RawValue) -> Compared<'v> {
    if expected.get() == actual.get() {
        return Compared::Equal;
    }
    if let (Some(expected), Some(actual)) = (object(expected), object(actual)) {
        return Compared::Inside(pairs_of_objects(path, &expected, &actual));
    }
    if let (Some(expected), Some(actual)) = (list(expected), list(actual)) {
        let pair = |index: usize| Pair {
            path: format!("{path}[{index}]"),
            expected: expected.get(index).copied(),
            actual: actual.get(index).copied(),
        };
        let longer = expected.len().max(actual.len());
        return Compared::Inside((0..longer).map(pair).collect());
    }
    if is_same_text(expected, actual) || is_same_number(expected, actual) {
        Compared::Equal
    } else {
        Compared::Different
    }
}

fn pairs_of_objects<'v>(
    path: &str,
    expected: &[Member<'v>],
    actual: &[Member<'v>],
) -> Vec<Pair<'v>> {
    let value = |members: &[Member<'v>], key: &str| {
        let member = members.iter().find(|(name, _)| name == key);
        member.map(|(_, value)| *value)
    };
    let pair = |key: &str| Pair {
        path: step(path, key),
        expected: value(expected, key),
        actual: value(actual, key),
    };
    let own = expected.iter().map(|(key, _)| pair(key));
    let more = actual
        .iter()
        .filter(|(key, _)| value(expected, key).is_none());
    own.chain(more.map(|(key, _)| pair(key))).collect()
}

/// A key of an object, and its value's text.
pub(super) type Member<'v> = (String, &'v RawValue);

/// The members of an object, the last one of a key that stands there twice;
/// none for what is not an object.
pub(super) fn object(value: &RawValue) -> Option<Vec<Member<'_>>> {
    let members = serde_json::from_str::<Members<'_>>(value.get()).ok()?;
    Some(members.0)
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    let is_list = value.get().starts_with('[');
    is_list.then(|| serde_json::from_str(value.get()).ok())?
}

/// Texts that differ in their escapes alone are the same.
fn is_same_text(expected: &RawValue, actual: &RawValue) -> bool {
    let text = |value: &RawValue| serde_json::from_str::<String>(value.get()).ok();
    text(expected).is_some_and(|it| text(actual) == Some(it))
}

fn is_same_number(expected: &RawValue, actual: &RawValue) -> bool {
    let is_whole = |value: &RawValue| !value.get().contains(['.', 'e', 'E']);
    let number = |value: &RawValue| serde_json::from_str::<Number>(value.get()).ok();
    !(is_whole(expected) || is_whole(actual))
        && number(expected).is_some_and(|it| number(actual) == Some(it))
}

struct Members<'v>(Vec<Member<'v>>);

impl<'de: 'v, 'v> Deserialize<'de> for Members<'v> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<Member<'de>> = Vec::new();
                let mut places = std::collections::HashMap::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    let end = members.len();
                    let place = *places.entry(key.clone()).or_insert(end);
                    if place == end {
                        members.push((key, value));
                    } else {
                        members[place].1 = value;
                    }
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(MembersVisitor)
    }
}

/// The path to a key, which is quoted when it could be misread.
fn step(path: &str, key: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '$';
    if key.is_empty() || !key.chars().all(is_plain) {
        format!("{path}[{}]", serde_json::Value::from(key))
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::value::RawValue;

    fn shown(expected: &str, actual: &str) -> Vec<String> {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("JSON");
        let text = |value: Option<Box<RawValue>>| match value {
            Some(value) => value.get().to_owned(),
            None => "nothing".to_owned(),
        };
        differences(&raw(expected), &raw(actual))
            .into_iter()
            .map(|it| format!("{} {} {}", it.path, text(it.expected), text(it.actual)))
            .collect()
    }

    #[test]
    fn equal_values_have_no_differences_however_they_are_written() {
        let expected =
            r#"{"a": [1, {"b": null}], "c": 9007199254740993, "d": "\u0061\/", "e": 1.50}"#;
        let actual = r#"{"e":1.5,"d":"a/","c":9007199254740993,"a":[1,{"b":null}]}"#;
        assert_eq!(shown(expected, actual), [""; 0]);
        for odd in ["1e400", "\"\\ud800\"", "123456789012345678901234567890"] {
            assert_eq!(shown(odd, odd), [""; 0], "{odd}");
        }
    }

    #[test]
    fn every_difference_is_named_by_its_path() {
        let expected = r#"{"a": {"b c": 1, "d": [1, 2]}, "gone": null, "kind": {}}"#;
        let actual = r#"{"a": {"b c": 2, "d": [1, 3, 4]}, "more": true, "kind": []}"#;
        assert_eq!(
            shown(expected, actual),
            [
                r#"a["b c"] 1 2"#,
                "a.d[1] 2 3",
                "a.d[2] nothing 4",
                "gone null nothing",
                "kind {} []",
                "more nothing true",
            ]
        );
        for (expected, actual) in [
            ("1", "\"1\""),
            ("1", "1.0"),
            ("1", "1e0"),
            ("9007199254740992", "9007199254740993"),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567891",
            ),
            ("null", "false"),
            ("\"a\"", "\"b\""),
            ("{}", "null"),
        ] {
            assert_eq!(shown(expected, actual), [format!(" {expected} {actual}")]);
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let nested = |end: &str| format!("{}{end}{}", "[".repeat(10_000), "]".repeat(10_000));
        let found = shown(&nested("1"), &nested("2"));
        assert_eq!(found, [format!("{} 1 2", "[0]".repeat(10_000))]);
    }
}
