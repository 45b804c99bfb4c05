//! Numbers in decimal digits: exact, and rounded as asked.

/// How to round what lies between two numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// Towards positive infinity.
    Ceil,
    /// Towards negative infinity.
    Floor,
    /// Away from zero.
    Expand,
    /// Towards zero.
    Trunc,
    /// To the nearer; halves towards positive infinity.
    HalfCeil,
    /// To the nearer; halves towards negative infinity.
    HalfFloor,
    /// To the nearer; halves away from zero.
    HalfExpand,
    /// To the nearer; halves towards zero.
    HalfTrunc,
    /// To the nearer; halves to even digits.
    HalfEven,
}

/// A number: its digits, and where they begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decimal {
    /// Whether there is a minus, also before zero.
    pub negative: bool,
    kind: Kind,
    /// From the highest one, which is not 0; none for zero. The lowest one is
    /// not 0 either.
    digits: Vec<u8>,
    /// The power of ten that the highest digit counts.
    magnitude: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Finite,
    Infinite,
    NotANumber,
}

impl Decimal {
    const ZERO: Self = Self {
        negative: false,
        kind: Kind::Finite,
        digits: Vec::new(),
        magnitude: 0,
    };

    /// The digits that people see of a number: the shortest that mean it.
    #[must_use]
    pub fn from_number(number: f64) -> Self {
        let negative = number.is_sign_negative() && !number.is_nan();
        let kind = match (number.is_nan(), number.is_infinite()) {
            (true, _) => Kind::NotANumber,
            (_, true) => Kind::Infinite,
            _ => Kind::Finite,
        };
        if kind != Kind::Finite || number == 0.0 {
            return Self {
                negative,
                kind,
                ..Self::ZERO
            };
        }
        if number.abs() < 9e15 && number.trunc() == number {
            let mut rest = number.abs() as u64;
            let mut digits = Vec::with_capacity(17);
            while rest > 0 {
                digits.push((rest % 10) as u8);
                rest /= 10;
            }
            digits.reverse();
            let magnitude = digits.len() as i32 - 1;
            return Self {
                negative,
                kind,
                digits,
                magnitude,
            }
            .trimmed();
        }
        let text = format!("{:e}", number.abs());
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0');
        Self {
            negative,
            kind,
            digits: digits.collect(),
            magnitude: exponent.parse().unwrap_or(0),
        }
        .trimmed()
    }

    /// What JavaScript's `Number(text)` reads, but exactly; not a number when
    /// it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let none = Self {
            kind: Kind::NotANumber,
            ..Self::ZERO
        };
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            return Self::ZERO;
        }
        for (prefix, radix) in [
            ("0x", 16),
            ("0X", 16),
            ("0o", 8),
            ("0O", 8),
            ("0b", 2),
            ("0B", 2),
        ] {
            if let Some(digits) = text.strip_prefix(prefix) {
                return Self::from_radix(digits, radix).unwrap_or(none);
            }
        }
        let (negative, body) = match text.as_bytes()[0] {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if body == "Infinity" {
            return Self {
                negative,
                kind: Kind::Infinite,
                ..Self::ZERO
            };
        }
        Self::from_plain(negative, body).unwrap_or(none)
    }

    fn from_plain(negative: bool, body: &str) -> Option<Self> {
        let (mantissa, exponent) = match body.find(['e', 'E']) {
            Some(at) => {
                let exponent = &body[at + 1..];
                let digits = exponent.trim_start_matches(['+', '-']);
                if digits.is_empty() || exponent.len() - digits.len() > 1 {
                    return None;
                }
                if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                let size = digits.parse::<i32>().unwrap_or(99_999).min(99_999);
                (
                    &body[..at],
                    if exponent.starts_with('-') {
                        -size
                    } else {
                        size
                    },
                )
            }
            None => (body, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.len() + part.len() == 0 {
            return None;
        }
        let all = whole.bytes().chain(part.bytes());
        if !all.clone().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = Self {
            negative,
            kind: Kind::Finite,
            digits: all.map(|byte| byte - b'0').collect(),
            magnitude: whole.len() as i32 - 1 + exponent,
        };
        let number = number.trimmed();
        if number.magnitude > 400 && !number.is_zero() {
            return Some(Self {
                negative,
                kind: Kind::Infinite,
                ..Self::ZERO
            });
        }
        Some(number)
    }

    fn from_radix(text: &str, radix: u32) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        // Digits of the result, low ones first.
        let mut digits: Vec<u8> = Vec::new();
        for c in text.chars() {
            let mut carry = c.to_digit(radix)?;
            for digit in &mut digits {
                carry += u32::from(*digit) * radix;
                *digit = (carry % 10) as u8;
                carry /= 10;
            }
            while carry > 0 {
                digits.push((carry % 10) as u8);
                carry /= 10;
            }
        }
        digits.reverse();
        let magnitude = digits.len() as i32 - 1;
        Some(
            Self {
                digits,
                magnitude,
                ..Self::ZERO
            }
            .trimmed(),
        )
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.magnitude -= zeros as i32;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.magnitude = 0;
        }
        self
    }

    /// Whether it is `NaN`.
    #[must_use]
    pub fn is_nan(&self) -> bool {
        self.kind == Kind::NotANumber
    }

    /// Whether it is infinite.
    #[must_use]
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    /// Whether it is neither of those.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// Whether it is zero, with any sign.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.kind == Kind::Finite && self.digits.is_empty()
    }

    /// The power of ten that the highest digit counts; 0 for zero.
    pub(crate) fn magnitude(&self) -> i32 {
        self.magnitude
    }

    /// Multiplies by a power of ten.
    pub(crate) fn shift(&mut self, by: i32) {
        if !self.digits.is_empty() {
            self.magnitude += by;
        }
    }

    /// Rounds to a multiple of `increment` times ten to the power of `place`.
    pub(crate) fn round(&mut self, place: i32, increment: u32, mode: Rounding) {
        if !self.is_finite() || self.is_zero() {
            return;
        }
        if increment > 1 {
            self.round_to_multiple(place, increment, mode);
            return;
        }
        let kept = self.magnitude - place + 1;
        if kept >= self.digits.len() as i32 {
            return;
        }
        let half = half_of(&self.digits, kept);
        let odd = kept > 0 && self.digits[kept as usize - 1] % 2 == 1;
        let up = rounds_up(mode, self.negative, half, odd);
        self.digits.truncate(kept.max(0) as usize);
        if up {
            self.add_at(place);
        }
        *self = core::mem::replace(self, Self::ZERO).trimmed();
    }

    fn add_at(&mut self, place: i32) {
        if self.digits.is_empty() {
            self.digits.push(1);
            self.magnitude = place;
            return;
        }
        // The digits now end at the place.
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.magnitude += 1;
    }

    fn round_to_multiple(&mut self, place: i32, increment: u32, mode: Rounding) {
        // The number of units of the place, divided in the decimal way.
        let count = (self.magnitude - place + 1).max(0) as usize;
        let mut quotient = Vec::with_capacity(count);
        let mut rest: u32 = 0;
        for index in 0..count {
            rest = rest * 10 + u32::from(self.digits.get(index).copied().unwrap_or(0));
            quotient.push((rest / increment) as u8);
            rest %= increment;
        }
        let below = match self.magnitude < place {
            true => self.digits.iter().any(|digit| *digit != 0),
            false => self.digits.iter().skip(count).any(|digit| *digit != 0),
        };
        if rest == 0 && !below {
            return;
        }
        let half = match (2 * rest).cmp(&increment) {
            core::cmp::Ordering::Less if 2 * rest + 1 == increment && below => {
                half_in_between(&self.digits, count, self.magnitude, place)
            }
            core::cmp::Ordering::Less => core::cmp::Ordering::Less,
            core::cmp::Ordering::Equal if below => core::cmp::Ordering::Greater,
            other => other,
        };
        let odd = quotient.last().is_some_and(|digit| digit % 2 == 1);
        if rounds_up(mode, self.negative, half, odd) {
            let mut carry = true;
            for digit in quotient.iter_mut().rev() {
                if *digit < 9 {
                    *digit += 1;
                    carry = false;
                    break;
                }
                *digit = 0;
            }
            if carry {
                quotient.insert(0, 1);
            }
        }
        // Multiplied again.
        let mut carry = 0;
        for digit in quotient.iter_mut().rev() {
            carry += u32::from(*digit) * increment;
            *digit = (carry % 10) as u8;
            carry /= 10;
        }
        while carry > 0 {
            quotient.insert(0, (carry % 10) as u8);
            carry /= 10;
        }
        self.magnitude = place + quotient.len() as i32 - 1;
        self.digits = quotient;
        *self = core::mem::replace(self, Self::ZERO).trimmed();
    }

    /// The digits before and behind the point, with at least `whole_min` and
    /// `part_min` of them.
    pub(crate) fn written(&self, whole_min: usize, part_min: usize) -> (String, String) {
        let mut whole = String::new();
        let mut part = String::new();
        let size = (self.magnitude + 1).max(0) as usize;
        let size = if self.digits.is_empty() { 0 } else { size };
        for _ in size..whole_min {
            whole.push('0');
        }
        for index in 0..size {
            whole.push(char::from(
                b'0' + self.digits.get(index).copied().unwrap_or(0),
            ));
        }
        if !self.digits.is_empty() {
            for _ in 0..(-1 - self.magnitude).max(0) {
                part.push('0');
            }
            for digit in self.digits.iter().skip(size) {
                part.push(char::from(b'0' + digit));
            }
        }
        while part.len() < part_min {
            part.push('0');
        }
        (whole, part)
    }
}

/// How what is cut off compares to half a unit; the first `kept` digits stay.
fn half_of(digits: &[u8], kept: i32) -> core::cmp::Ordering {
    if kept < 0 {
        return core::cmp::Ordering::Less;
    }
    let rest = &digits[kept as usize..];
    match rest[0].cmp(&5) {
        core::cmp::Ordering::Equal if rest[1..].iter().any(|digit| *digit != 0) => {
            core::cmp::Ordering::Greater
        }
        other => other,
    }
}

/// How the rest compares with half of an odd increment, between two units.
fn half_in_between(digits: &[u8], count: usize, magnitude: i32, place: i32) -> core::cmp::Ordering {
    match magnitude + 1 < place {
        true => core::cmp::Ordering::Less,
        false => half_of(digits, count as i32),
    }
}

fn rounds_up(mode: Rounding, negative: bool, half: core::cmp::Ordering, odd: bool) -> bool {
    use core::cmp::Ordering::Greater;
    let tie = half.is_eq();
    match mode {
        Rounding::Ceil => !negative,
        Rounding::Floor => negative,
        Rounding::Expand => true,
        Rounding::Trunc => false,
        Rounding::HalfCeil => half == Greater || tie && !negative,
        Rounding::HalfFloor => half == Greater || tie && negative,
        Rounding::HalfExpand => half == Greater || tie,
        Rounding::HalfTrunc => half == Greater,
        Rounding::HalfEven => half == Greater || tie && odd,
    }
}
