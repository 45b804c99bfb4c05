//! Amounts in minor units to the numbers that people write.
//!
//! Payment providers count in a currency's smallest unit. That is a hundredth
//! for most currencies, but not for all: dividing every amount by 100 turns
//! 1,500 yen into 15. This knows the exceptions of ISO 4217; it neither
//! converts nor rounds.

use serde::ser::{Serialize, Serializer};

/// An amount of a currency. As JSON it is the number of major units: 4999 of
/// `USD` is `49.99`, 1500 of `JPY` is `1500`. Exact below 10^15 minor units, as
/// far as doubles go.
///
/// ```
/// use hookmill_guest::Money;
///
/// assert_eq!(serde_json::to_string(&Money::new(4999, "USD"))?, "49.99");
/// assert_eq!(serde_json::to_string(&Money::new(1500, "JPY"))?, "1500");
/// assert_eq!(serde_json::to_string(&Money::new(12345, "KWD"))?, "12.345");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    minor: i64,
    per_major: i64,
}

impl Money {
    /// An amount in the currency's minor units. `currency` is an ISO 4217 code
    /// in capitals; an unknown one counts in hundredths.
    #[must_use]
    pub fn new(minor: i64, currency: &str) -> Self {
        Self {
            minor,
            per_major: minor_units_per_major(currency),
        }
    }
}

/// How many minor units make one major unit.
fn minor_units_per_major(currency: &str) -> i64 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 1,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 1000,
        _ => 100,
    }
}

impl Serialize for Money {
    /// Whole amounts without a fraction, as JavaScript writes them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "JSON's readers have doubles: every digit is kept below 10^15"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.minor % self.per_major == 0 {
            serializer.serialize_i64(self.minor / self.per_major)
        } else {
            serializer.serialize_f64(self.minor as f64 / self.per_major as f64)
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;

    fn json(minor: i64, currency: &str) -> String {
        serde_json::to_string(&Money::new(minor, currency)).unwrap()
    }

    #[test]
    fn amounts_are_written_with_no_more_digits_than_they_need() {
        assert_eq!(json(0, "USD"), "0");
        assert_eq!(json(1, "EUR"), "0.01");
        assert_eq!(json(8150, "EUR"), "81.5");
        assert_eq!(json(10_000, "EUR"), "100");
        assert_eq!(json(-4999, "USD"), "-49.99");
        assert_eq!(json(5, "KWD"), "0.005");
        assert_eq!(json(999_999_999_999_999, "USD"), "9999999999999.99");
    }

    #[test]
    fn currencies_without_minor_units_stay_whole() {
        assert_eq!(json(1980, "JPY"), "1980");
        assert_eq!(json(1980, "jpy"), "19.8", "codes are capitals");
    }
}
