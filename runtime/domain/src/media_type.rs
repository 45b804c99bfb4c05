//! Content types, as far as they decide how a body is written.
//!
//! Only one question is asked of them: is it JSON? It is answered as the WHATWG
//! MIME Sniffing Standard does. A text that is not a media type is not JSON.

/// The field that says what a body is, in lower case.
pub const CONTENT_TYPE: &str = "content-type";

/// What a request with a body has when nobody says otherwise.
pub const JSON: &str = "application/json";

/// What bytes are when nobody says otherwise.
pub const BYTES: &str = "application/octet-stream";

/// What a form is when nobody says otherwise; as `fetch` has it.
pub const FORM: &str = "application/x-www-form-urlencoded;charset=UTF-8";

/// Whether a content type is JSON: `application/json`, `text/json`, or one
/// whose name ends in `+json`; parameters do not matter.
#[must_use]
pub fn is_json(content_type: &str) -> bool {
    let essence = essence(content_type);
    let is = |name: &str| essence.eq_ignore_ascii_case(name);
    let suffix = essence.len().checked_sub("+json".len());
    let suffix = suffix.and_then(|at| essence.get(at..));
    is(JSON)
        || is("text/json")
        || (essence.contains('/') && suffix.is_some_and(|it| it.eq_ignore_ascii_case("+json")))
}

/// Whether a content type is that of a form's fields.
#[must_use]
pub fn is_form(content_type: &str) -> bool {
    essence(content_type).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The content type among these header fields: of several the last, which is
/// the one that is sent.
#[must_use]
pub fn among(headers: &[(String, String)]) -> Option<&str> {
    let mut fields = headers.iter().rev();
    let found = fields.find(|(name, _)| name.eq_ignore_ascii_case(CONTENT_TYPE));
    found.map(|(_, value)| value.as_str())
}

fn essence(content_type: &str) -> &str {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim_matches(|c| matches!(c, ' ' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::{among, is_form, is_json};

    #[test]
    fn json_is_known_by_its_name_alone() {
        for (content_type, expected) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            (" text/json\t;x", true),
            ("application/vnd.api+json", true),
            ("application/cloudevents+JSON;v=1", true),
            ("application/x-amz-json-1.1", false),
            ("application/x-ndjson", false),
            ("application/jsonp", false),
            ("text/plain; format=application/json", false),
            ("json", false),
            ("+json", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(is_json(content_type), expected, "{content_type:?}");
        }
        assert!(is_form("application/X-WWW-form-urlencoded;charset=UTF-8"));
        assert!(!is_form("multipart/form-data"));
    }

    #[test]
    fn of_several_fields_the_last_counts_in_any_case() {
        let fields = [("Content-Type", "a/b"), ("x", "y"), ("CONTENT-TYPE", "c/d")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(among(&fields), Some("c/d"));
        assert_eq!(among(&fields[1..2]), None);
    }
}
