//! `Intl` in American English: numbers, dates, zones, words, as Node.js writes
//! them.
//!
//! Knows nothing of JavaScript: options come through [`Options`], what cannot
//! be done goes back as a [`Failure`]. What it knows stands in one block of
//! tables ([`tables`]), which the engine keeps away from the memory that is
//! restored for each event. It must not guess: what it does not do as Node.js
//! does, it refuses by name.

mod civil;
pub mod collate;
pub mod date;
mod decimal;
pub mod list;
pub mod locale;
pub mod names;
pub mod number;
mod options;
pub mod parts;
pub mod plural;
pub mod relative;
pub mod tables;
pub mod zone;

pub use decimal::Decimal;
pub use options::{Failure, Options, Raw};
