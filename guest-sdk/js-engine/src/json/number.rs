//! Short decimal numbers, both ways, without the general algorithms.
//!
//! A number of at most fifteen digits and a power of ten of at most 10^22 are
//! both exact in binary, so that one division rounds correctly (Clinger, 1990).
//! Fifteen digits are few enough that no two such numbers are the same: the
//! first that reads back is the shortest. Everything else is `None`.

/// The largest number of fifteen digits.
const DIGITS_MAX: f64 = 999_999_999_999_999.0;

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The number that `digits`, read as one whole number, and the power of ten
/// that it is divided by stand for.
pub(super) fn read(digits: u64, power: usize) -> Option<f64> {
    let power = POWERS.get(power)?;
    (digits <= DIGITS_MAX as u64).then_some(digits as f64 / power)
}

/// A number with a fraction as the fewest digits that read back, and the power
/// of ten that they are divided by; both are positive. For numbers that
/// JavaScript writes without an exponent.
pub(super) fn write(number: f64) -> Option<(u64, usize)> {
    if !(1e-6..1e15).contains(&number) {
        return None;
    }
    for (power, ten) in POWERS.iter().enumerate().skip(1) {
        let digits = (number * ten).round_ties_even();
        if digits > DIGITS_MAX {
            return None;
        }
        if digits / ten == number {
            return Some((digits as u64, power));
        }
    }
    None
}
