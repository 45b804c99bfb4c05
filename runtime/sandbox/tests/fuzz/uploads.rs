//! Bytes that are uploaded as a component: anything at all, and components
//! that were cut, changed or put together wrongly.

use super::{Uploads, check};
use crate::common::{component, guest};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::Index;

/// A change of a component's bytes.
#[derive(Clone, Debug)]
enum Change {
    Byte(Index, u8),
    Flip(Index, u8),
    Cut(Index),
    /// Takes a part out.
    Remove(Index, Index),
    /// Puts a part in once more, elsewhere.
    Copy(Index, Index, Index),
    Insert(Index, Vec<u8>),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let at = |index: &Index| index.index(bytes.len());
        let part = |a: &Index, b: &Index| at(a).min(at(b))..at(a).max(at(b));
        match self {
            Self::Byte(index, byte) => {
                let at = at(index);
                bytes[at] = *byte;
            }
            Self::Flip(index, bit) => {
                let at = at(index);
                bytes[at] ^= 1 << (bit % 8);
            }
            Self::Cut(index) => bytes.truncate(at(index)),
            Self::Remove(a, b) => {
                let part = part(a, b);
                bytes.drain(part);
            }
            Self::Copy(a, b, to) => {
                let (copy, to) = (bytes[part(a, b)].to_vec(), at(to));
                bytes.splice(to..to, copy);
            }
            Self::Insert(to, new) => {
                let to = at(to);
                bytes.splice(to..to, new.iter().copied());
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        4 => (index(), any::<u8>()).prop_map(|(at, bit)| Change::Flip(at, bit)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(a, b)| Change::Remove(a, b)),
        1 => (index(), index(), index()).prop_map(|(a, b, to)| Change::Copy(a, b, to)),
        1 => (index(), vec(any::<u8>(), 1..20)).prop_map(|(to, new)| Change::Insert(to, new)),
    ]
}

#[test]
fn any_bytes_are_loaded_or_refused() {
    let uploads = Uploads::new();
    let heads = prop_oneof![
        Just(&b""[..]),
        Just(&b"\0asm\x0d\0\x01\0"[..]),
        Just(&b"\0asm\x01\0\0\0"[..]),
        Just(&b"\x7fELF"[..]),
    ];
    let bytes = (heads, vec(any::<u8>(), 0..400));
    check(400, &bytes, |(head, tail)| {
        uploads.try_component(&[head, &tail].concat());
        Ok(())
    });
}

#[test]
fn changed_components_are_loaded_or_refused() {
    let uploads = Uploads::new();
    let whole = component(&guest("(call $echo (local.get $in))"));
    check(250, &vec(change(), 1..4), |changes| {
        let mut bytes = whole.clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        uploads.try_component(&bytes);
        Ok(())
    });
}

#[test]
fn a_component_cut_at_any_section_is_refused() {
    let uploads = Uploads::new();
    let whole = component(&guest("(call $echo (local.get $in))"));
    let mut ends: Vec<usize> = wasmparser::Parser::new(0)
        .parse_all(&whole)
        .filter_map(|payload| payload.ok()?.as_section().map(|(_, range)| range))
        .flat_map(|range| [range.start, range.end, range.end.saturating_sub(1)])
        .filter(|end| *end < whole.len())
        .collect();
    ends.sort_unstable();
    ends.dedup();
    assert!(ends.len() > 20, "{ends:?}");
    for end in ends {
        uploads.try_component(&whole[..end]);
    }
}
