//! What looks wrong about a request and is sent all the same.
//!
//! A variable that is missing becomes a text in many languages: `undefined`,
//! `null`, `NaN`, `[object Object]`. As a part of a URL or as a header's value it
//! is hardly ever meant. A warning is not a fault, for it can be meant; and it must
//! seldom be wrong, or nobody reads it: a word within a longer text does not
//! count, nor does one that the endpoint's own URL has.

use crate::caps::WARNINGS_MAX;
use crate::run::fault_text::sentence;
use crate::run::invocation::Invocation;
use hookmill_domain::webhook::Webhook;
use std::borrow::Cow;
use url::Url;

/// What stands where a variable was missing.
const OBJECT: &str = "[object Object]";

/// A word that stands for a missing variable, and the part of the request that
/// has it.
struct Placeholder {
    part: String,
    word: &'static str,
}

/// The warnings about a request that is to be sent: a sentence each.
pub(crate) fn of(webhook: &Webhook, invocation: &Invocation) -> Vec<String> {
    if webhook.is_canceled() {
        return Vec::new();
    }
    let request = webhook.request();
    let mut found = in_url(request.url());
    if !found.is_empty()
        && let Ok(own) = Url::parse(&invocation.url)
    {
        let own = in_url(&own);
        found.retain(|it| own.iter().all(|own| own.word != it.word));
    }
    for (name, value) in request.headers() {
        if let Some(word) = placeholder_in(value) {
            let part = format!("the header {:?}", sentence(name));
            found.push(Placeholder { part, word });
        }
    }
    let kept = found.into_iter().take(WARNINGS_MAX);
    kept.map(|Placeholder { part, word }| format!("`{word}` in {part}: is a variable missing?"))
        .collect()
}

fn in_url(url: &Url) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut look = |text: &str, part: &dyn Fn() -> String| {
        if let Some(word) = placeholder_in(text) {
            found.push(Placeholder { part: part(), word });
        }
    };
    for label in url.host_str().unwrap_or_default().split('.') {
        // Hosts are written in lower case.
        let label = if label == "nan" { "NaN" } else { label };
        look(label, &|| "the host of `url`".to_owned());
    }
    for segment in url.path_segments().into_iter().flatten() {
        look(&decoded(segment), &|| "the path of `url`".to_owned());
    }
    for (name, value) in url.query_pairs() {
        look(&name, &|| "a name in the query of `url`".to_owned());
        look(&value, &|| {
            format!("the query of `url`, as {:?}", sentence(&name))
        });
    }
    if let Some(fragment) = url.fragment() {
        look(&decoded(fragment), &|| {
            "the part of `url` after #".to_owned()
        });
    }
    found
}

/// A path segment without its percent signs.
fn decoded(segment: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy()
}

/// The word in a text that stands for a missing variable. `null` is a word of
/// JSON and of English: it counts alone, and behind one other word, as in
/// `Bearer null`.
fn placeholder_in(text: &str) -> Option<&'static str> {
    if text.contains(OBJECT) {
        return Some(OBJECT);
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut words = text.split(|c| !is_part(c));
    if let Some(word) = words.find_map(|word| match word {
        "undefined" => Some("undefined"),
        "NaN" => Some("NaN"),
        _ => None,
    }) {
        return Some(word);
    }
    let mut words = text.split_ascii_whitespace().rev();
    let is_null = words.next() == Some("null") && words.nth(1).is_none();
    is_null.then_some("null")
}

#[cfg(test)]
mod tests {
    use super::{in_url, placeholder_in};
    use url::Url;

    #[test]
    fn a_missing_variable_is_seen_and_a_word_in_a_text_is_not() {
        for (text, expected) in [
            ("undefined", Some("undefined")),
            ("null", Some("null")),
            ("NaN", Some("NaN")),
            ("[object Object]", Some("[object Object]")),
            ("id-[object Object]", Some("[object Object]")),
            ("Bearer undefined", Some("undefined")),
            ("Bearer null", Some("null")),
            ("ada@undefined", Some("undefined")),
            ("undefined.json", Some("undefined")),
            ("Ada undefined", Some("undefined")),
            ("NaN EUR", Some("NaN")),
            ("null-island", None),
            ("undefined-behavior", None),
            ("undefined_behavior", None),
            ("Nan", None),
            ("annulled", None),
            ("what is null", None),
            (r#"{"deleted_at":null}"#, None),
            ("nullable", None),
            ("", None),
        ] {
            assert_eq!(placeholder_in(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_part_of_a_url_is_looked_at_as_it_was_before_it_was_escaped() {
        for (url, parts) in [
            (
                "https://a.test/lists/undefined/members",
                "the path of `url`",
            ),
            ("https://a.test/%5Bobject%20Object%5D", "the path of `url`"),
            (
                "https://a.test/?q=%5Bobject+Object%5D",
                "the query of `url`, as \"q\"",
            ),
            (
                "https://a.test/?a=1&id=undefined",
                "the query of `url`, as \"id\"",
            ),
            (
                "https://a.test/?undefined=1",
                "a name in the query of `url`",
            ),
            ("https://undefined.a.test/", "the host of `url`"),
            ("https://nan/", "the host of `url`"),
            ("https://a.test/#null", "the part of `url` after #"),
            ("https://a.test/null-island?x=undefined-behavior", ""),
        ] {
            let found = in_url(&Url::parse(url).expect("a URL"));
            let found: Vec<_> = found.iter().map(|it| it.part.as_str()).collect();
            assert_eq!(found.join(", "), parts, "{url}");
        }
    }
}
