//! A request that a transform made, kept so that all attempts send the same
//! bytes.
//!
//! method1, url (length4, text), count2 of headers, each name and value
//! (length4, text), body (length4, bytes).

use super::codec::{Damaged, Fields, Put as _};
use bytes::Bytes;
use hookmill_domain::request::{Method, Request};

/// Bytes of the record, about.
pub(crate) fn record_bytes(request: &Request) -> usize {
    request.body().len() + request.url().as_str().len() + 512
}

pub(crate) fn encode(request: &Request, to: &mut Vec<u8>) {
    let count = u16::try_from(request.headers().len()).expect("a request has at most 100 headers");
    to.put_u8(request.method() as u8);
    to.put_data(request.url().as_str().as_bytes());
    to.put_u16(count);
    for (name, value) in request.headers() {
        to.put_data(name.as_bytes());
        to.put_data(value.as_bytes());
    }
    to.put_data(request.body());
}

pub(crate) fn decode(record: &[u8]) -> Result<Request, Damaged> {
    let mut fields = Fields::new(record);
    let method = Method::from_ordinal(fields.u8()?).ok_or(Damaged("the method is unknown"))?;
    let url = fields.text()?;
    let count = fields.u16()?;
    let headers = (0..count)
        .map(|_| Ok((fields.text()?.to_owned(), fields.text()?.to_owned())))
        .collect::<Result<_, Damaged>>()?;
    let body = Bytes::copy_from_slice(fields.data()?);
    fields.end()?;
    Request::try_new(url, method, headers, body).map_err(|_| Damaged("the request can't be sent"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_request_survives_its_record(
            path in "[a-z/?=&]{0,40}",
            method in 0_u8..5,
            headers in proptest::collection::vec(("x-[a-z]{1,20}", "[ -~]{0,40}"), 0..5),
            body: Vec<u8>,
        ) {
            let url = format!("https://a.example/{path}");
            let method = Method::from_ordinal(method).expect("five methods");
            let request = Request::try_new(&url, method, headers, body.into()).expect("sendable");
            let mut record = Vec::new();
            encode(&request, &mut record);
            prop_assert_eq!(decode(&record), Ok(request));
        }

        #[test]
        fn any_bytes_are_a_request_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = decode(&record);
        }
    }
}
