//! Opening a store: what must hold before anything is acknowledged.
//!
//! 1. The journal is read from where the index and the runs end. Its segments
//!    follow each other, and it ends no earlier than it was acknowledged;
//!    otherwise acknowledged data is gone, and nothing is opened. What follows
//!    the last whole frame was never acknowledged: nothing is written over it,
//!    a new segment begins.
//! 2. An index that can't be used is made anew from the journal, as are runs.
//! 3. What is read is projected, and written into the index by a first pass.
//! 4. A frame with a new epoch fences all tokens given before.
//!
//! A folder that exists is never made anew: whatever is missing from it was
//! there once, and somebody was told so.

mod index;
mod journal;
mod runs;
mod start;

use crate::config::StoreConfig;
use crate::engine::data_dir::DataDir;
use crate::engine::open_error::OpenError;
use crate::journal::lsn::Lsn;
use crate::projection::Projection;
use crate::store::JournalStore;
use journal::Journal;
use start::Found;

impl JournalStore {
    /// Opens the store in a folder, or makes it there. Blocks for as long as it
    /// takes to read what the index does not have yet.
    ///
    /// sled can hang on damaged files: have a child process call
    /// [`crate::check_index`] first (see [`crate::supervised`]).
    ///
    /// # Errors
    /// Says what is in the way, and what to do.
    pub fn open(config: &StoreConfig) -> Result<Self, OpenError> {
        let data_dir = DataDir::open(&config.data_dir)?;
        let journal = Journal::find(config, &data_dir)?;
        let (database, mut meta) = index::open_index(config, &journal)?;
        let runs = runs::open_runs(config, &journal)?;
        let mut projection = Projection::new(meta.pending, runs.end().unwrap_or(Lsn::ZERO));
        let end = journal.replay(&runs, &mut projection, &mut meta)?;
        let found = Found {
            data_dir,
            journal,
            end,
            database,
            runs,
            projection,
            meta,
        };
        found.start(config)
    }
}
