//! How far a child is confined, as it tells its parent before it does its
//! task.

/// How a child is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confinement {
    /// It can read its input, write its output, use memory and make threads.
    Full,
    /// It has limits, but may do what any process of this user may.
    LimitsOnly,
}

impl Confinement {
    /// Its byte in an answer.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Full => b'F',
            Self::LimitsOnly => b'L',
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Full, Self::LimitsOnly]
            .into_iter()
            .find(|confinement| confinement.byte() == byte)
    }
}
