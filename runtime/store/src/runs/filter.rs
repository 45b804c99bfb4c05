//! Which heads a run may have: a blocked Bloom filter of ten bits a head. A
//! lookup touches one word; about one in fifty of those that are not there is
//! taken for one that may be.

/// Bits for each head.
const BITS: usize = 10;

/// The filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// An empty filter for so many heads.
    pub(crate) fn new(heads: usize) -> Self {
        let words = (heads * BITS).div_ceil(64).max(1);
        Self {
            words: vec![0; words],
        }
    }

    pub(crate) fn insert(&mut self, head: &[u8; 16]) {
        let (word, mask) = self.place(head);
        self.words[word] |= mask;
    }

    /// False only for a head that was not inserted.
    pub(crate) fn may_have(&self, head: &[u8; 16]) -> bool {
        let (word, mask) = self.place(head);
        self.words[word] & mask == mask
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let bytes = self.words.iter().flat_map(|word| word.to_le_bytes());
        bytes.collect()
    }

    /// None when these are no filter's bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, []) = bytes.as_chunks() else {
            return None;
        };
        let words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Heads are digests or random ids, but for an id's time in its first
    /// bytes, so their bits are mixed first.
    fn place(&self, head: &[u8; 16]) -> (usize, u64) {
        let number = u128::from_le_bytes(*head);
        let (low, high) = (number as u64, (number >> 64) as u64);
        let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (mixed ^ high).wrapping_mul(0x94d0_49bb_1331_11eb);
        let word = (u128::from(mixed) * self.words.len() as u128) >> 64;
        let mask = (1..=5).fold(0, |mask, n| mask | 1_u64 << (bits >> (64 - 6 * n) & 63));
        (word as usize, mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::entry::digest;
    use hookmill_domain::SourceId;

    #[test]
    fn what_was_inserted_may_be_there_and_hardly_anything_else() {
        let head = |n: u32| digest(SourceId::from_bytes([3; 16]), &n.to_string());
        let mut filter = Filter::new(10_000);
        (0..10_000).for_each(|n| filter.insert(&head(n)));
        assert!((0..10_000).all(|n| filter.may_have(&head(n))));
        let wrong = (10_000..20_000).filter(|n| filter.may_have(&head(*n)));
        assert!(wrong.count() < 400);
        assert_eq!(Filter::from_bytes(&filter.to_bytes()), Some(filter));
    }
}
