//! `Intl.Collator` and `localeCompare`: the order of texts, by ICU4X.
//!
//! English has the root order, so that is all the data there is; it lies in
//! the tables, where a crate's own would lie in memory that is restored for
//! each event.

use std::cell::OnceCell;
use std::cmp::Ordering;

use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, Strength};
use icu_collator::preferences::{CollationCaseFirst, CollationNumericOrdering};
use icu_collator::provider::{
    CollationData, CollationDiacritics, CollationDiacriticsV1, CollationJamo, CollationJamoV1,
    CollationMetadata, CollationMetadataV1, CollationReorderingV1, CollationRootV1,
    CollationSpecialPrimaries, CollationSpecialPrimariesV1, CollationTailoringV1,
};
use icu_collator::{Collator as IcuCollator, CollatorPreferences};
use icu_collections::codepointtrie::{CodePointTrie, CodePointTrieHeader, TrieType};
use icu_normalizer::provider::{
    DecompositionData, DecompositionTables, NormalizerNfdDataV1, NormalizerNfdTablesV1,
};
use icu_provider::prelude::*;
use zerovec::ZeroVec;
use zerovec::ule::AsULE;

use crate::locale::Choice;
use crate::number::Resolved;
use crate::options::{Failure, Options, matcher, one_of, only};
use crate::tables::{self, Section};

const OWNER: &str = "Intl.Collator";
const USAGES: [&str; 2] = ["sort", "search"];
const SENSITIVITIES: [&str; 4] = ["base", "accent", "case", "variant"];
const CASES: [&str; 3] = ["upper", "lower", "false"];

thread_local! {
    static ROOT: OnceCell<&'static Root> = const { OnceCell::new() };
}

/// An order of texts.
#[derive(Debug)]
pub struct Collator {
    icu: IcuCollator,
    usage: usize,
    sensitivity: usize,
    ignores_punctuation: bool,
    numeric: bool,
    case_first: usize,
}

impl Collator {
    /// Reads the options; `owner` is named in errors.
    ///
    /// # Errors
    /// A value that an option does not have, or that is not available here.
    pub fn new(options: &mut impl Options, choice: &Choice, owner: &str) -> Result<Self, Failure> {
        let usage = one_of(options, owner, "usage", &USAGES)?.unwrap_or(0);
        matcher(options, owner)?;
        only(options, "collation", "default")?;
        let numeric = options.flag("numeric")?.or(choice.numeric);
        let by_tag = choice.case_first.as_deref();
        let by_tag = by_tag.and_then(|case| CASES.iter().position(|known| *known == case));
        let case_first = one_of(options, owner, "caseFirst", &CASES)?.or(by_tag);
        let sensitivity = one_of(options, owner, "sensitivity", &SENSITIVITIES)?.unwrap_or(3);
        let ignores_punctuation = options.flag("ignorePunctuation")?.unwrap_or(false);
        let numeric = numeric.unwrap_or(false);
        let case_first = case_first.unwrap_or(2);
        let mut chosen = CollatorOptions::default();
        chosen.strength = Some(match sensitivity {
            0 | 2 => Strength::Primary,
            1 => Strength::Secondary,
            _ => Strength::Tertiary,
        });
        if sensitivity == 2 {
            chosen.case_level = Some(CaseLevel::On);
        }
        if ignores_punctuation {
            chosen.alternate_handling = Some(AlternateHandling::Shifted);
        }
        let mut preferences = CollatorPreferences::default();
        preferences.numeric_ordering = Some(match numeric {
            true => CollationNumericOrdering::True,
            false => CollationNumericOrdering::False,
        });
        preferences.case_first = Some(match case_first {
            0 => CollationCaseFirst::Upper,
            1 => CollationCaseFirst::Lower,
            _ => CollationCaseFirst::False,
        });
        let icu = IcuCollator::try_new_unstable(root(), preferences, chosen);
        let icu = icu.expect("the tables hold the root order");
        Ok(Self {
            icu,
            usage,
            sensitivity,
            ignores_punctuation,
            numeric,
            case_first,
        })
    }

    /// Compares two texts.
    #[must_use]
    pub fn compare(&self, left: &str, right: &str) -> Ordering {
        self.icu.as_borrowed().compare(left, right)
    }

    /// What `resolvedOptions` tells, without the locale.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        vec![
            ("usage", USAGES[self.usage].into()),
            ("sensitivity", SENSITIVITIES[self.sensitivity].into()),
            ("ignorePunctuation", self.ignores_punctuation.into()),
            ("collation", "default".into()),
            ("numeric", self.numeric.into()),
            ("caseFirst", CASES[self.case_first].into()),
        ]
    }

    /// Whether another one orders in the same way and says the same of itself.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.resolved() == other.resolved()
    }

    /// The name that constructors give in errors.
    #[must_use]
    pub fn owner() -> &'static str {
        OWNER
    }
}

fn root() -> &'static Root {
    ROOT.with(|cell| *cell.get_or_init(|| Box::leak(Box::new(Root::read()))))
}

/// The root order.
#[derive(Debug)]
struct Root {
    data: CollationData<'static>,
    jamo: CollationJamo<'static>,
    special: CollationSpecialPrimaries<'static>,
    diacritics: CollationDiacritics<'static>,
    decompositions: DecompositionData<'static>,
    tables: DecompositionTables<'static>,
    metadata: CollationMetadata,
}

impl Root {
    /// Takes the entries in the order in which `collation.mjs` writes them.
    fn read() -> Self {
        Self {
            data: CollationData {
                trie: trie(0),
                ces: vector(3),
                ce32s: vector(4),
                contexts: vector(5),
            },
            jamo: CollationJamo { ce32s: vector(6) },
            special: CollationSpecialPrimaries {
                numeric_primary: number(7) as u8,
                last_primaries: vector(8),
                compressible_bytes: vector(9),
            },
            diacritics: CollationDiacritics {
                secondaries: vector(10),
            },
            decompositions: DecompositionData {
                trie: trie(11),
                passthrough_cap: number(14) as u16,
            },
            tables: DecompositionTables {
                scalars16: vector(15),
                scalars24: vector(16),
            },
            metadata: CollationMetadata { bits: number(17) },
        }
    }
}

fn vector<T: AsULE>(index: usize) -> ZeroVec<'static, T> {
    let bytes = tables::item(Section::Collation, index);
    ZeroVec::parse_bytes(bytes).expect("the tables hold what the crate had")
}

fn number(index: usize) -> u32 {
    let text = tables::text(Section::Collation, index).parse();
    text.expect("the tables hold what the crate had")
}

/// A trie from three entries: the numbers of its head, its index, its data.
fn trie(index: usize) -> CodePointTrie<'static, u32> {
    let mut head = tables::text(Section::Collation, index).split(' ');
    let mut next = || -> u32 {
        let number = head.next().and_then(|number| number.parse().ok());
        number.expect("the tables hold what the crate had")
    };
    let header = CodePointTrieHeader {
        high_start: next(),
        shifted12_high_start: next() as u16,
        index3_null_offset: next() as u16,
        data_null_offset: next(),
        null_value: next(),
        trie_type: match next() {
            1 => TrieType::Small,
            _ => TrieType::Fast,
        },
    };
    let trie = CodePointTrie::try_new(header, vector(index + 1), vector(index + 2));
    trie.expect("the tables hold what the crate had")
}

macro_rules! lends {
    ($marker:ty, $field:ident) => {
        impl DataProvider<$marker> for Root {
            fn load(&self, _: DataRequest) -> Result<DataResponse<$marker>, DataError> {
                Ok(DataResponse {
                    metadata: DataResponseMetadata::default(),
                    payload: DataPayload::from_static_ref(&root().$field),
                })
            }
        }
    };
}

lends!(CollationRootV1, data);
lends!(CollationJamoV1, jamo);
lends!(CollationSpecialPrimariesV1, special);
lends!(CollationDiacriticsV1, diacritics);
lends!(CollationMetadataV1, metadata);
lends!(NormalizerNfdDataV1, decompositions);
lends!(NormalizerNfdTablesV1, tables);

macro_rules! lacks {
    ($marker:ty) => {
        impl DataProvider<$marker> for Root {
            fn load(&self, _: DataRequest) -> Result<DataResponse<$marker>, DataError> {
                Err(DataErrorKind::MarkerNotFound.into_error())
            }
        }
    };
}

// The root order is not a variation of another one.
lacks!(CollationTailoringV1);
lacks!(CollationReorderingV1);
