//! Signatures against published vectors, at the edges of what is accepted,
//! and against every kind of request that must be refused.

use super::*;
use proptest::prelude::*;

/// Published vectors of scheme `v1`: secret, id, timestamp, body, signature.
/// Standard Webhooks' libraries, its Rust library, and Svix's manual.
const VECTORS: [(&str, &str, u64, &str, &str); 3] = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        r#"{"test": 2432232314}"#,
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1_649_367_553,
        r#"{"email":"test@example.com","username":"test_user"}"#,
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ),
    (
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "msg_loFOjxBNrRLzqYUf",
        1_731_705_121,
        r#"{"event_type":"ping","data":{"success":true}}"#,
        "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    ),
];

const TOLERANCE_S: u64 = 300;

/// A request that is right in every respect, to spoil one at a time.
struct Sample {
    verifier: Verifier,
    id: String,
    timestamp: String,
    signature: String,
    body: Vec<u8>,
    now: UnixMs,
}

fn key(text: &str) -> SigningKey {
    text.parse().expect("a signing key")
}

fn sample() -> Sample {
    let (secret, id, timestamp, body, signature) = VECTORS[0];
    Sample {
        verifier: Verifier::standard_webhooks(vec![key(secret)]),
        id: id.to_owned(),
        timestamp: timestamp.to_string(),
        signature: signature.to_owned(),
        body: body.as_bytes().to_vec(),
        now: UnixMs(timestamp * 1_000),
    }
}

fn header_map(fields: &[(&'static str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        let value = http::HeaderValue::from_bytes(value).expect("a header value");
        headers.append(*name, value);
    }
    headers
}

impl Sample {
    fn headers(&self) -> HeaderMap {
        header_map(&[
            ("webhook-id", self.id.as_bytes()),
            ("webhook-timestamp", self.timestamp.as_bytes()),
            ("webhook-signature", self.signature.as_bytes()),
        ])
    }

    fn check(&self) -> Result<String, RejectedSignature> {
        self.check_with(&self.headers())
    }

    fn check_with(&self, headers: &HeaderMap) -> Result<String, RejectedSignature> {
        self.verifier
            .verify(headers, &self.body, self.now, TOLERANCE_S)
    }

    /// The sample under another id or timestamp, signed for it.
    fn signed_again(mut self) -> Self {
        let mac = key(VECTORS[0].0).sign(&self.id, &self.timestamp, &self.body);
        self.signature = format!("v1,{}", STANDARD.encode(mac));
        self
    }
}

#[test]
fn published_vectors_are_made_and_accepted_in_both_header_families() {
    for (secret, id, timestamp, body, signature) in VECTORS {
        let now = UnixMs(timestamp * 1_000 + 999);
        let signer = Signer::standard_webhooks(vec![key(secret)]);
        let made = signer.headers(id, now, body.as_bytes());
        let expected = [
            ("webhook-id", id.to_owned()),
            ("webhook-signature", signature.to_owned()),
            ("webhook-timestamp", timestamp.to_string()),
        ];
        assert_eq!(made, expected);

        let verifier = Verifier::standard_webhooks(vec![key(secret)]);
        let timestamp = timestamp.to_string();
        for names in [
            ["webhook-id", "webhook-timestamp", "webhook-signature"],
            ["svix-id", "svix-timestamp", "svix-signature"],
        ] {
            let headers = header_map(&[
                (names[0], id.as_bytes()),
                (names[1], timestamp.as_bytes()),
                (names[2], signature.as_bytes()),
            ]);
            let found = verifier.verify(&headers, body.as_bytes(), now, TOLERANCE_S);
            assert_eq!(found.as_deref(), Ok(id));
        }
    }
}

#[test]
fn the_prefix_of_a_secret_is_optional() {
    let (secret, id, timestamp, body, signature) = VECTORS[0];
    let bare = key(secret.strip_prefix("whsec_").expect("it has one"));
    let signer = Signer::standard_webhooks(vec![bare]);
    let made = signer.headers(id, UnixMs(timestamp * 1_000), body.as_bytes());
    assert_eq!(made[1].1, signature);
}

#[test]
fn one_right_signature_among_others_is_enough() {
    let right = VECTORS[0].4;
    let wrong = VECTORS[1].4;
    let asymmetric = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZ\
                      dpXwVLPo3mNl8EM+m7TBAg==";
    let bare = right.strip_prefix("v1,").expect("it has one");
    for (signatures, accepted) in [
        (right.to_owned(), true),
        (format!("{wrong} {right}"), true),
        (format!("{right} {wrong}"), true),
        (format!("{asymmetric} v9,AAAA {right}"), true),
        (format!("v1,!!! v1, v1 , {right}"), true),
        (format!("  {right}  "), true),
        (wrong.to_owned(), false),
        (asymmetric.to_owned(), false),
        (bare.to_owned(), false),
        (format!("v2,{bare}"), false),
        (format!("V1,{bare}"), false),
        (format!("v1a,{bare}"), false),
        (format!("v1,{}", bare.trim_end_matches('=')), false),
        (format!("v1,{}", &bare[..40]), false),
        (format!("{wrong},{right}"), false),
        ("v1,".to_owned(), false),
        (String::new(), false),
    ] {
        let mut sample = sample();
        sample.signature = signatures.clone();
        let expected = if accepted {
            Ok(sample.id.clone())
        } else {
            Err(RejectedSignature::NoMatch)
        };
        assert_eq!(sample.check(), expected, "{signatures}");
    }
}

#[test]
fn a_rotation_accepts_old_and_new_keys_and_signs_with_both() {
    let (old, new) = (VECTORS[0].0, VECTORS[1].0);
    let both = || vec![key(new), key(old)];
    let now = UnixMs(1_000_000_000);
    for signing in [vec![key(old)], vec![key(new)], both()] {
        let fields = Signer::standard_webhooks(signing).headers("msg_1", now, b"{}");
        let fields = fields.map(|(name, value)| (name, value.into_bytes()));
        let fields = fields.each_ref().map(|(name, value)| (*name, &value[..]));
        let headers = header_map(&fields);
        let verifier = Verifier::standard_webhooks(both());
        let found = verifier.verify(&headers, b"{}", now, TOLERANCE_S);
        assert_eq!(found.as_deref(), Ok("msg_1"));
    }
    let signatures = &Signer::standard_webhooks(both()).headers("msg_1", now, b"{}")[1].1;
    assert_eq!(signatures.split(' ').count(), 2);

    let mut sample = sample();
    for keys in [vec![], vec![key(new)]] {
        sample.verifier = Verifier::standard_webhooks(keys);
        assert_eq!(sample.check(), Err(RejectedSignature::NoMatch));
    }
}

#[test]
fn the_tolerance_holds_both_ways_to_the_second() {
    let at = VECTORS[0].2 * 1_000;
    let tolerance_ms = TOLERANCE_S * 1_000;
    let table = [
        (at, Ok(())),
        (at + tolerance_ms, Ok(())),
        (at + tolerance_ms + 999, Ok(())),
        (at + tolerance_ms + 1_000, Err(RejectedSignature::TooOld)),
        (at - tolerance_ms, Ok(())),
        (at - tolerance_ms - 1, Err(RejectedSignature::TooNew)),
        (0, Err(RejectedSignature::TooNew)),
        (u64::MAX, Err(RejectedSignature::TooOld)),
    ];
    for (now, expected) in table {
        let mut sample = sample();
        sample.now = UnixMs(now);
        assert_eq!(sample.check().map(|_| ()), expected, "{now}");
    }
}

#[test]
fn a_timestamp_is_a_whole_number_of_seconds_and_nothing_else() {
    for text in [
        "",
        " ",
        "soon",
        "1614265330.5",
        "+1614265330",
        "-1614265330",
        "0x60378132",
        "1614265330 ",
        "1_614_265_330",
        "99999999999999999999999",
    ] {
        let mut sample = sample();
        sample.timestamp = text.to_owned();
        let rejected = sample.signed_again().check();
        assert_eq!(rejected, Err(RejectedSignature::BadTimestamp), "{text:?}");
    }
    let mut sample = sample();
    sample.timestamp = u64::MAX.to_string();
    let rejected = sample.signed_again().check();
    assert_eq!(rejected, Err(RejectedSignature::TooNew));
}

#[test]
fn an_id_that_could_move_the_borders_of_what_is_signed_is_refused() {
    let longest = "a".repeat(EVENT_KEY_BYTES_MAX);
    let too_long = "a".repeat(EVENT_KEY_BYTES_MAX + 1);
    for (id, accepted) in [
        ("a", true),
        (longest.as_str(), true),
        (too_long.as_str(), false),
        ("", false),
        ("msg.1", false),
        (".", false),
    ] {
        let mut sample = sample();
        sample.id = id.to_owned();
        let found = sample.signed_again().check();
        let expected = if accepted {
            Ok(id.to_owned())
        } else {
            Err(RejectedSignature::BadId)
        };
        assert_eq!(found, expected, "{id:?}");
    }
}

#[test]
fn each_header_is_needed_once_and_in_ascii() {
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let expected = Err(RejectedSignature::MissingHeader(name));
        let sample = sample();
        let mut missing = sample.headers();
        let value = missing.remove(name).expect("it was there");
        assert_eq!(sample.check_with(&missing), expected);

        let mut twice = sample.headers();
        twice.append(name, value);
        assert_eq!(sample.check_with(&twice), expected);

        let mut binary = sample.headers();
        let latin = http::HeaderValue::from_bytes(b"msg_\xe9").expect("a header value");
        binary.insert(name, latin);
        assert_eq!(sample.check_with(&binary), expected);
    }
    let sample = sample();
    let mut svix_twice = HeaderMap::new();
    for (name, value) in &sample.headers() {
        let svix = name.as_str().replace("webhook-", "svix-");
        let svix = http::HeaderName::try_from(svix).expect("a name");
        svix_twice.append(svix.clone(), value.clone());
        svix_twice.append(svix, value.clone());
    }
    let expected = Err(RejectedSignature::MissingHeader("webhook-id"));
    assert_eq!(sample.check_with(&svix_twice), expected);
}

#[test]
fn of_two_header_families_the_standards_counts() {
    let sample = sample();
    let mut both = sample.headers();
    both.insert("svix-id", http::HeaderValue::from_static("msg_other"));
    both.insert("svix-signature", http::HeaderValue::from_static("v1,AAAA"));
    assert_eq!(sample.check_with(&both), Ok(sample.id.clone()));

    let mut forged = sample.headers();
    let id = forged.insert("webhook-id", http::HeaderValue::from_static("msg_other"));
    forged.insert("svix-id", id.expect("it was there"));
    assert_eq!(sample.check_with(&forged), Err(RejectedSignature::NoMatch));
}

#[test]
fn what_is_no_secret_is_refused_without_being_repeated() {
    let of = |bytes: usize| STANDARD.encode(vec![7; bytes]);
    for (text, expected) in [
        (of(16), None),
        (of(24), None),
        (format!("whsec_{}", of(64)), None),
        (of(15), Some(ParseKeyError::Length(15))),
        (of(65), Some(ParseKeyError::Length(65))),
        (String::new(), Some(ParseKeyError::Length(0))),
        ("whsec_".to_owned(), Some(ParseKeyError::Length(0))),
        (of(24) + "\n", Some(ParseKeyError::NotBase64)),
        (
            format!("whsec_whsec_{}", of(24)),
            Some(ParseKeyError::NotBase64),
        ),
        (format!("whsk_{}", of(24)), Some(ParseKeyError::NotBase64)),
        ("-_-_".repeat(8), Some(ParseKeyError::NotBase64)),
    ] {
        let found = text.parse::<SigningKey>();
        if let Err(error) = &found {
            let shown = format!("{error} {error:?}");
            assert!(text.len() < 8 || !shown.contains(&text), "{shown}");
        }
        assert_eq!(found.err(), expected, "{text}");
    }
}

#[test]
fn debug_shows_nothing_of_a_key() {
    let keys = || vec![key(VECTORS[0].0)];
    let verifier = Verifier::standard_webhooks(keys());
    let signer = Signer::standard_webhooks(keys());
    assert_eq!(
        format!("{verifier:?} {signer:?}"),
        "Verifier { keys: [SigningKey(...)] } Signer { keys: [SigningKey(...)] }"
    );
}

proptest! {
    #[test]
    fn what_is_signed_is_accepted(
        secret in proptest::collection::vec(any::<u8>(), 16..=64),
        id in "[!-\\-/-~]{1,256}",
        body: Vec<u8>,
        at in 0_u64..1 << 48,
    ) {
        let key = || key(&STANDARD.encode(&secret));
        let fields = Signer::standard_webhooks(vec![key()]).headers(&id, UnixMs(at), &body);
        let fields = fields.map(|(name, value)| (name, value.into_bytes()));
        let fields = fields.each_ref().map(|(name, value)| (*name, &value[..]));
        let verifier = Verifier::standard_webhooks(vec![key()]);
        let found = verifier.verify(&header_map(&fields), &body, UnixMs(at), 0);
        prop_assert_eq!(found, Ok(id));
    }

    #[test]
    fn any_flipped_byte_of_the_body_is_refused(
        at in any::<proptest::sample::Index>(),
        flip in 1_u8..,
    ) {
        let mut sample = sample();
        let at = at.index(sample.body.len());
        sample.body[at] ^= flip;
        prop_assert_eq!(sample.check(), Err(RejectedSignature::NoMatch));
    }

    #[test]
    fn a_cut_or_grown_body_is_refused(length in 0_usize..40) {
        let mut sample = sample();
        prop_assume!(length != sample.body.len());
        sample.body.resize(length, b' ');
        prop_assert_eq!(sample.check(), Err(RejectedSignature::NoMatch));
    }

    #[test]
    fn any_flipped_bit_of_the_signature_is_refused(bit in 0_usize..256) {
        let mut sample = sample();
        let encoded = sample.signature.strip_prefix("v1,").expect("it has one");
        let mut mac = STANDARD.decode(encoded).expect("base64");
        mac[bit / 8] ^= 1 << (bit % 8);
        sample.signature = format!("v1,{}", STANDARD.encode(mac));
        prop_assert_eq!(sample.check(), Err(RejectedSignature::NoMatch));
    }

    #[test]
    fn whatever_the_headers_say_verification_answers(
        id in "[ -~]{0,300}",
        timestamp in "[ -~]{0,30}",
        signature in "[ -~]{0,200}",
    ) {
        let mut sample = sample();
        (sample.id, sample.timestamp, sample.signature) = (id, timestamp, signature);
        prop_assert!(sample.check().is_err());
    }
}
