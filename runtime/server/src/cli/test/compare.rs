//! Where two JSON values differ.
//!
//! Equal means equal as JSON: the order of keys does not matter, and white
//! space does not; the order of a list does.

use serde::Serialize;
use serde_json::{Map, Value};

/// One place where an actual value is not the expected one.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// `payload.items[2].name`; empty for the whole.
    pub(super) path: String,
    /// None when there should be nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<Value>,
    /// None when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) actual: Option<Value>,
}

/// All differences, in the order of the expected value.
pub(super) fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(expected), Some(actual), &mut found);
    found
}

fn walk(path: &str, expected: Option<&Value>, actual: Option<&Value>, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Some(Value::Object(expected)), Some(Value::Object(actual))) => {
            walk_object(path, expected, actual, found);
        }
        (Some(Value::Array(expected)), Some(Value::Array(actual))) => {
            for index in 0..expected.len().max(actual.len()) {
                let path = format!("{path}[{index}]");
                walk(&path, expected.get(index), actual.get(index), found);
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => found.push(Difference {
            path: path.to_owned(),
            expected: expected.cloned(),
            actual: actual.cloned(),
        }),
    }
}

fn walk_object(
    path: &str,
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    for (key, value) in expected {
        walk(&step(path, key), Some(value), actual.get(key), found);
    }
    for (key, value) in actual {
        if !expected.contains_key(key) {
            walk(&step(path, key), None, Some(value), found);
        }
    }
}

/// The path to a key, which is quoted when it could be misread.
fn step(path: &str, key: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '$';
    if key.is_empty() || !key.chars().all(is_plain) {
        format!("{path}[{}]", Value::from(key))
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::{Value, json};

    fn shown(expected: Value, actual: Value) -> Vec<String> {
        let text = |value: Option<Value>| value.map_or("nothing".to_owned(), |it| it.to_string());
        differences(&expected, &actual)
            .into_iter()
            .map(|it| format!("{} {} {}", it.path, text(it.expected), text(it.actual)))
            .collect()
    }

    #[test]
    fn equal_values_have_no_differences_whatever_the_order_of_their_keys() {
        let expected = json!({"a": [1, {"b": null}], "c": 9_007_199_254_740_993_i64});
        let actual = json!({"c": 9_007_199_254_740_993_i64, "a": [1, {"b": null}]});
        assert_eq!(shown(expected, actual), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_named_by_its_path() {
        let expected = json!({"a": {"b c": 1, "d": [1, 2]}, "gone": null, "kind": {}});
        let actual = json!({"a": {"b c": 2, "d": [1, 3, 4]}, "more": true, "kind": []});
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
        assert_eq!(shown(json!(1), json!("1")), [r#" 1 "1""#]);
        assert_eq!(shown(json!(1), json!(1.0)), [" 1 1.0"]);
    }
}
