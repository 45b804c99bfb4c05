//! The index as an opening finds it, or as it makes it anew; and the lanes in it.

use super::journal::Journal;
use crate::config::{IndexTrust, StoreConfig};
use crate::engine::data_dir;
use crate::engine::open_error::OpenError;
use crate::index::database::{Database, DatabaseConfig, IndexError};
use crate::index::meta::Meta;
use crate::journal::scan::Segment;
use crate::rebuild;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of the journal that the index may be behind: beyond that it is made
/// anew, which needs less memory.
const REPLAY_BYTES_MAX: u64 = 2 << 30;

/// Opens the index; made anew where it can't be used.
pub(super) fn open_index(
    config: &StoreConfig,
    journal: &Journal,
) -> Result<(Database, Meta), OpenError> {
    let path = data_dir::index(&config.data_dir);
    if path.exists() && config.index == IndexTrust::Use {
        let opened = catch_unwind(AssertUnwindSafe(|| usable_index(config, journal)));
        match opened {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the queue's index can't be used: it is made anew from the journal");
            }
            Err(_) => {
                tracing::warn!(
                    "sled can't open the queue's index: it is made anew from the journal"
                );
            }
        }
    }
    if path.exists() {
        fs::remove_dir_all(&path).map_err(|cause| OpenError::io(&path, cause))?;
    }
    rebuild::index(
        config,
        &journal.folder,
        &journal.segments,
        journal.mark.store,
    )?;
    let problem = |error: IndexError| OpenError::Index {
        path: path.clone(),
        problem: error.to_string(),
    };
    let database = Database::open(&DatabaseConfig::of(config)).map_err(problem)?;
    let meta = database.meta().map_err(problem)?;
    Ok((database, meta))
}

/// Opens the index, and says why it can't be used if it can't.
fn usable_index(
    config: &StoreConfig,
    journal: &Journal,
) -> Result<(Database, Meta), Box<dyn std::error::Error>> {
    let database = Database::open(&DatabaseConfig::of(config))?;
    let meta = database.meta()?;
    if meta.store != journal.mark.store {
        return Err("it belongs to another journal".into());
    }
    if !journal.has(meta.replay_from) {
        return Err(format!("it ends at {}, where there is no journal", meta.replay_from).into());
    }
    let newest = journal.segments.last().copied().unwrap_or(0);
    let behind = u64::from(newest.saturating_sub(meta.replay_from.segment()));
    if behind * u64::from(config.segment_bytes) > REPLAY_BYTES_MAX {
        return Err("it is too far behind the journal".into());
    }
    let segment = meta.replay_from.segment();
    if segment > 0 {
        let segment = Segment::read(&journal.folder, segment)?;
        let end = segment.frames(0, |_, _| Ok::<(), std::convert::Infallible>(()))?;
        if end < meta.replay_from {
            return Err(
                format!("it ends at {}, and the journal at {end}", meta.replay_from).into(),
            );
        }
    }
    Ok((database, meta))
}
