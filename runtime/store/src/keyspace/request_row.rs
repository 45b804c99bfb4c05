//! `R delivery16 n2` (hot, and cold when parked): the request that a transform
//! made, in pieces. Written at the first retry, so that all attempts send the
//! same bytes.
//!
//! Record, version 1: method1, url (len4, text), count2 of headers, each name
//! and value (len4, text), body (len4, bytes).

use super::codec::{Damaged, Decoder, Encoder};
use bytes::Bytes;
use hookmill_domain::DeliveryId;
use hookmill_domain::request::{Method, Request};

pub(crate) const VERSION: u8 = 1;

pub(crate) fn prefix(delivery: DeliveryId) -> [u8; 17] {
    let mut key = [b'R'; 17];
    key[1..].copy_from_slice(&delivery.to_bytes());
    key
}

pub(crate) fn decode_key(key: &[u8]) -> Result<(DeliveryId, u16), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let decoded = (DeliveryId::from_bytes(parts.id()?), parts.u16()?);
    parts.end()?;
    Ok(decoded)
}

pub(crate) fn encode(request: &Request) -> Vec<u8> {
    let count = u16::try_from(request.headers().len()).expect("a request has at most 100 headers");
    let mut record = Encoder::new(VERSION, request.body().len() + 512)
        .u8(request.method() as u8)
        .data(request.url().as_str().as_bytes())
        .u16(count);
    for (name, value) in request.headers() {
        record = record.data(name.as_bytes()).data(value.as_bytes());
    }
    record.data(request.body()).into_payload()
}

pub(crate) fn decode(delivery: DeliveryId, record: Vec<u8>) -> Result<Request, Damaged> {
    let record = Bytes::from(record);
    let prefix = prefix(delivery);
    let mut fields = Decoder::bare(&prefix, &record);
    let method = Method::from_ordinal(fields.u8()?)
        .ok_or_else(|| fields.damaged("the method is unknown"))?;
    let url = fields.text()?;
    let count = fields.u16()?;
    let headers = (0..count)
        .map(|_| Ok((fields.text()?, fields.text()?)))
        .collect::<Result<_, Damaged>>()?;
    let body = record.slice_ref(fields.data()?);
    fields.end()?;
    Request::try_new(&url, method, headers, body)
        .map_err(|_| Damaged::new(&prefix, "the request can't be sent"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_request_survives_its_rows(
            path in "[a-z/?=&]{0,40}",
            method in 0_u8..5,
            headers in proptest::collection::vec(("x-[a-z]{1,20}", "[ -~]{0,40}"), 0..5),
            body: Vec<u8>,
        ) {
            let url = format!("https://a.example/{path}");
            let method = Method::from_ordinal(method).expect("five methods");
            let request = Request::try_new(&url, method, headers, body.into()).expect("sendable");
            let delivery = DeliveryId::from_bytes([3; 16]);
            prop_assert_eq!(decode(delivery, encode(&request)), Ok(request));
        }

        #[test]
        fn any_bytes_are_a_request_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = decode(DeliveryId::from_bytes([3; 16]), record);
        }
    }
}
