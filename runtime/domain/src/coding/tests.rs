//! Bodies in every coding: whole, cut off, too large, damaged.

use super::*;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use std::io::Write as _;

const TEXT: &[u8] = br#"{"type":"payment.succeeded","data":{"id":"pay_1"}}"#;

/// TEXT by the reference implementations of brotli and zstd; there is no
/// encoder of either among the dependencies that anybody else uses.
const BROTLI: &[u8] =
    b"\x8b\x18\x80{\"type\":\"payment.succeeded\",\"data\":{\"id\":\"pay_1\"}}\x03";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x58\x91\x01\x00{\"type\":\"payment.succeeded\",\"data\":{\"id\":\"pay_1\"}}\xd6\x5e\x29\x6c";

/// TEXT in brotli with a window of a gigabyte, which only "large window brotli"
/// has.
const BROTLI_LARGE_WINDOW: &[u8] =
    b"\x11\x1e\x62\x00\x02{\"type\":\"payment.succeeded\",\"data\":{\"id\":\"pay_1\"}}\x03";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(bytes, level)
}

/// One frame whose blocks say "so many times this byte" (RFC 8878, 3.1.1.2).
fn zstd_of_repeats(blocks: usize) -> Vec<u8> {
    // No checksum, a window of 8 MiB.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 13 << 3];
    for block in 0..blocks {
        let last = u32::from(block + 1 == blocks);
        let header = last | 1 << 1 | (128 << 10) << 3;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}

fn codings(value: &str) -> Codings {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_ENCODING, value.parse().expect("a value"));
    Codings::of(&headers).expect(value)
}

fn decode(value: &str, body: &[u8], bytes_max: usize) -> Result<Bytes, DecodeError> {
    codings(value).decode(Bytes::copy_from_slice(body), bytes_max)
}

#[test]
fn every_coding_is_read() {
    let two_members = [gzip(&TEXT[..20]), gzip(&TEXT[20..])].concat();
    let skipped = b"\x53\x2a\x4d\x18\x03\x00\x00\x00abc";
    let two_frames = [&zstd(&TEXT[..20])[..], skipped, &zstd(&TEXT[20..])].concat();
    let table: [(&str, Vec<u8>); 17] = [
        ("gzip", gzip(TEXT)),
        ("x-gzip", gzip(TEXT)),
        ("GZip", gzip(TEXT)),
        ("gzip", two_members),
        ("deflate", zlib(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", BROTLI.to_vec()),
        ("zstd", ZSTD.to_vec()),
        ("zstd", zstd(TEXT)),
        ("zstd", two_frames),
        ("identity", TEXT.to_vec()),
        ("", TEXT.to_vec()),
        ("identity, gzip", gzip(TEXT)),
        (" , gzip ,\t", gzip(TEXT)),
        ("gzip, deflate", zlib(&gzip(TEXT))),
        ("br, gzip", gzip(BROTLI)),
        ("zstd,br,gzip,deflate", zlib(&gzip(&brotli_stored(ZSTD)))),
    ];
    for (value, body) in table {
        let decoded = decode(value, &body, TEXT.len());
        assert_eq!(decoded.as_deref(), Ok(TEXT), "{value}");
        // The limit is exact.
        let is_plain = codings(value).is_empty();
        let over = decode(value, &body, TEXT.len() - 1);
        assert_eq!(over.is_err(), !is_plain, "{value}");
    }
}

/// Uncompressed, as RFC 7932, section 9.2 has it.
fn brotli_stored(bytes: &[u8]) -> Vec<u8> {
    // A window of 16 bits; not last, four nibbles of length, uncompressed.
    let length = bytes.len() as u32 - 1;
    let header = length << 4 | 1 << 20;
    let mut coded = header.to_le_bytes()[..3].to_vec();
    coded.extend_from_slice(bytes);
    coded.push(3);
    coded
}

#[test]
fn nothing_is_nothing_in_every_coding() {
    for value in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
        assert_eq!(decode(value, b"", 10).as_deref(), Ok(&b""[..]), "{value}");
    }
}

#[test]
fn what_is_not_what_it_says_is_refused_by_name() {
    let table: [(&str, Vec<u8>, &str); 14] = [
        ("gzip", TEXT.to_vec(), "not valid gzip: invalid gzip header"),
        ("gzip", gzip(TEXT)[..30].to_vec(), "gzip: it breaks off"),
        ("gzip", gzip(TEXT)[..9].to_vec(), "gzip: it breaks off"),
        (
            "gzip",
            [gzip(TEXT), b"abc".to_vec()].concat(),
            "gzip: 3 bytes follow",
        ),
        (
            "gzip",
            [gzip(TEXT), gzip(TEXT)[..30].to_vec()].concat(),
            "gzip: it breaks off",
        ),
        ("gzip", flipped(gzip(TEXT), 20), "not valid gzip: "),
        ("deflate", TEXT.to_vec(), "not valid deflate: "),
        (
            "deflate",
            [zlib(TEXT), b"ab".to_vec()].concat(),
            "deflate: 2 bytes follow",
        ),
        (
            "deflate",
            zlib(TEXT)[..20].to_vec(),
            "deflate: it breaks off",
        ),
        ("br", BROTLI[..20].to_vec(), "br: it breaks off"),
        ("br", [BROTLI, b"abc"].concat(), "br: 3 bytes follow"),
        ("br", BROTLI_LARGE_WINDOW.to_vec(), "not valid br: "),
        ("zstd", ZSTD[..20].to_vec(), "zstd: it breaks off"),
        ("zstd", [ZSTD, b"abcde"].concat(), "zstd: 5 bytes follow"),
    ];
    for (value, body, expected) in table {
        let error = decode(value, &body, 1_000).expect_err(expected).to_string();
        assert!(error.contains(expected), "{value}: {error}");
    }
    for body in [flipped(ZSTD.to_vec(), ZSTD.len() - 1), TEXT.to_vec()] {
        let error = decode("zstd", &body, 1_000).expect_err("damaged");
        assert!(
            matches!(
                error,
                DecodeError::Malformed {
                    coding: Coding::Zstd,
                    ..
                }
            ),
            "{error}"
        );
    }
}

fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 0x55;
    bytes
}

#[test]
fn a_bomb_costs_no_more_than_the_limit() {
    const LIMIT: usize = 1 << 20;
    let zeros = vec![b' '; 32 << 20];
    let nested = gzip(&gzip(&zeros));
    // Much on the way, and nothing at the end of it.
    let empty_members = gzip(b"").repeat(200_000);
    let table: [(&str, Vec<u8>); 6] = [
        ("gzip", gzip(&zeros)),
        ("deflate", zlib(&zeros)),
        ("zstd", zstd_of_repeats(64 << 10)),
        ("gzip, gzip", nested),
        ("gzip, gzip", gzip(&empty_members)),
        ("gzip, zstd", zstd_of_repeats(64 << 10)),
    ];
    for (value, body) in table {
        assert_eq!(
            decode(value, &body, LIMIT),
            Err(DecodeError::TooLarge { bytes_max: LIMIT }),
            "{value}"
        );
        let beginning = codings(value).decode_beginning(&body, 4_096);
        assert!(beginning.bytes.capacity() <= 4_097 + (16 << 10), "{value}");
    }
}

#[test]
fn the_beginning_of_a_body_that_breaks_off_is_given() {
    // Incompressible, so that half of it stands for half of the text.
    let mut random = 1_u64;
    let mut byte = || {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as u8
    };
    let text: Vec<u8> = std::iter::repeat_with(&mut byte).take(20_000).collect();
    for (value, body) in [
        ("gzip", gzip(&text)),
        ("deflate", raw_deflate(&text)),
        ("deflate, gzip", gzip(&zlib(&text))),
    ] {
        let beginning = codings(value).decode_beginning(&body[..body.len() / 2], 4_096);
        assert_eq!(beginning.bytes, &text[..4_096], "{value}");
        assert!(beginning.end.is_some(), "{value}");
    }
    let beginning = codings("gzip").decode_beginning(&gzip(TEXT)[..40], 4_096);
    assert!(TEXT.starts_with(&beginning.bytes));
    assert!(matches!(beginning.end, Some(DecodeError::Malformed { .. })));
}

#[test]
fn a_coding_that_is_unknown_or_one_too_many_is_refused() {
    let table = [
        ("compress", "`compress`"),
        ("gzip, aws-chunked", "`aws-chunked`"),
        ("gzip;q=1", "`gzip;q=1`"),
        ("g zip", "`g zip`"),
        ("*", "`*`"),
        ("gzip,gzip,gzip,gzip,gzip", "more than 4"),
    ];
    for (value, expected) in table {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, value.parse().expect("a value"));
        let error = Codings::of(&headers).expect_err(value).to_string();
        assert!(error.contains(expected), "{value}: {error}");
    }
    let mut headers = HeaderMap::new();
    headers.append(CONTENT_ENCODING, "gzip".parse().expect("a value"));
    headers.append(CONTENT_ENCODING, "br".parse().expect("a value"));
    assert_eq!(Codings::of(&headers), Ok(codings("gzip, br")));
    let raw = http::HeaderValue::from_bytes(b"gz\xffip").expect("opaque bytes are allowed");
    headers.append(CONTENT_ENCODING, raw);
    assert!(Codings::of(&headers).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_within_the_limit(
        body: Vec<u8>,
        value in prop::sample::select(vec!["gzip", "deflate", "br", "zstd", "br, gzip"]),
        begin in prop::sample::select(vec![&b""[..], b"\x1f\x8b\x08\0", b"\x78\x9c", b"\x28\xb5\x2f\xfd"]),
    ) {
        let body = [begin, &body].concat();
        if let Ok(decoded) = decode(value, &body, 100) {
            prop_assert!(decoded.len() <= 100);
        }
    }

    #[test]
    fn what_was_coded_comes_back(text: Vec<u8>) {
        for (value, body) in [
            ("gzip", gzip(&text)),
            ("deflate", zlib(&text)),
            ("deflate", raw_deflate(&text)),
            ("zstd", zstd(&text)),
        ] {
            let decoded = decode(value, &body, text.len());
            prop_assert_eq!(decoded.as_deref(), Ok(&text[..]), "{}", value);
        }
    }
}
