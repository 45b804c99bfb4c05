//! The two databases of a store.

use super::database::Database;

/// Both databases, for whoever reads. Clones share them.
#[derive(Clone)]
pub(crate) struct Databases {
    /// Undelivered work.
    pub(crate) hot: Database,
    /// What is kept after it.
    pub(crate) cold: Database,
}
