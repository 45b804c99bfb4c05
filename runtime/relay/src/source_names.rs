//! A source by its names, as the log of events that come in has it.

/// The names that a source is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceNames {
    /// Its tenant's name.
    pub tenant: String,
    /// Its own name.
    pub source: String,
}
