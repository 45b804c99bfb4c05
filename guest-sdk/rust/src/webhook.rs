//! The webhook: what a transform receives and what it returns.
//!
//! The payload stays the bytes that it came as until a transform asks for its
//! values, so that one which is left alone is forwarded byte for byte. Nothing
//! here validates: the host refuses a bad URL, header or payload, and says why.

use crate::{form, json};
use serde::{Deserialize, Serialize};

/// The webhook, as the event source sent it; returned, the request to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The event's type, for example `payment.succeeded`. A change is ignored.
    pub event_type: String,
    /// Where the request goes. Starts as the endpoint's URL; an absolute
    /// `http` or `https` URL of a host that the endpoint allows, of at most
    /// 65,534 bytes.
    pub url: String,
    /// The request's method. Starts as [`Method::Post`].
    pub method: Method,
    /// Header fields to send, as name and value. Starts empty; a field replaces
    /// the endpoint's own of the same name. Credentials are added later.
    pub headers: Vec<(String, String)>,
    /// The body. Starts as the event's body, byte for byte: a JSON object in
    /// UTF-8. What takes its place must be JSON as well, unless the content
    /// type says otherwise: see [`Webhook::set_form`], [`Webhook::set_text`] and
    /// [`Webhook::set_body`].
    pub payload: Vec<u8>,
    /// Set to send nothing: the delivery ends as `canceled`. Starts as `false`.
    pub cancel: bool,
}

/// The method of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `POST`, what every webhook starts as.
    #[default]
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`; only for endpoints that allow it.
    Delete,
    /// `GET`, sent without a body; only for endpoints that allow it.
    Get,
}

impl Webhook {
    /// A webhook as Hookmill would pass it, for tests: to
    /// `https://relay.invalid/default`, by POST, with this body.
    #[must_use]
    pub fn sample(event_type: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            event_type: event_type.into(),
            url: "https://relay.invalid/default".to_owned(),
            method: Method::Post,
            headers: Vec::new(),
            payload: payload.into(),
            cancel: false,
        }
    }

    /// The payload's values. They may borrow from the payload: see
    /// [`Text`](crate::Text).
    ///
    /// # Errors
    /// When the payload does not have the shape of `T`; with `?` that rejects
    /// the event and names the place.
    pub fn payload_json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, json::Error> {
        json::from_slice(&self.payload)
    }

    /// Replaces the payload. When `value` borrows from the payload that it
    /// replaces, write `webhook.payload = json::to_vec(&value)?`.
    ///
    /// # Errors
    /// When `value` can't be written as JSON, for instance a map whose keys are
    /// no strings. The payload then stays as it is.
    pub fn set_payload(&mut self, value: &impl Serialize) -> Result<(), json::Error> {
        self.payload = json::to_vec(value)?;
        Ok(())
    }

    /// Replaces the payload by a form's fields
    /// (`application/x-www-form-urlencoded`), as Twilio, Stripe and Mailgun want
    /// them.
    pub fn set_form<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) {
        let mut form = String::new();
        for (name, value) in fields {
            if !form.is_empty() {
                form.push('&');
            }
            form::push(&mut form, name.as_ref());
            form.push('=');
            form::push(&mut form, value.as_ref());
        }
        self.set_body("application/x-www-form-urlencoded;charset=UTF-8", form);
    }

    /// Replaces the payload by a plain text (`text/plain`).
    pub fn set_text(&mut self, text: impl Into<String>) {
        self.set_body("text/plain;charset=UTF-8", text.into());
    }

    /// Replaces the payload by bytes of any content type.
    pub fn set_body(&mut self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) {
        self.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        self.add_header("content-type", content_type);
        self.payload = body.into();
    }

    /// Adds a header field.
    pub fn add_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// The webhook, changed to send nothing.
    #[must_use]
    pub fn canceled(mut self) -> Self {
        self.cancel = true;
        self
    }
}

impl Method {
    /// The method as HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Get => "GET",
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;
    use crate::Text;

    #[derive(Deserialize, Serialize)]
    struct Body<'a> {
        #[serde(borrow)]
        name: Text<'a>,
    }

    #[test]
    fn a_payload_is_replaced_by_what_borrows_from_it() {
        let mut webhook = Webhook::sample("test", r#"{"name":"Ada","age":36}"#);
        let body: Body = webhook.payload_json().unwrap();
        webhook.payload = json::to_vec(&body).unwrap();
        assert_eq!(webhook.payload, br#"{"name":"Ada"}"#);
    }

    #[test]
    fn a_form_a_text_and_bytes_say_what_they_are() {
        let mut webhook = Webhook::sample("test", "{}");
        webhook.add_header("Content-Type", "application/json");
        webhook.set_form([("To", "+49 1"), ("Body", "a&b=é ~*")]);
        assert_eq!(webhook.payload, b"To=%2B49+1&Body=a%26b%3D%C3%A9+%7E*");
        let form = "application/x-www-form-urlencoded;charset=UTF-8";
        assert_eq!(webhook.headers, [("content-type".into(), form.into())]);
        webhook.set_text("hello");
        assert_eq!(webhook.payload, b"hello");
        webhook.set_body("image/png", [0x89, b'P']);
        assert_eq!(webhook.payload, [0x89, b'P']);
        assert_eq!(
            webhook.headers,
            [("content-type".into(), "image/png".into())]
        );
    }

    #[test]
    fn a_payload_that_is_left_alone_keeps_its_bytes() {
        let text = "{ \"n\" : 9007199254740993 }";
        let webhook = Webhook::sample("test", text);
        webhook.payload_json::<serde_json::Value>().unwrap();
        assert_eq!(webhook.canceled().payload, text.as_bytes());
    }
}
