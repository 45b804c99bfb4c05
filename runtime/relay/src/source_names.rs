//! A source by its names, as the log of events that come in has it.

/// A source by its names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceNames {
    /// Its tenant's.
    pub tenant: String,
    /// Its own.
    pub source: String,
}
