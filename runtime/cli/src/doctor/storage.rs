//! The data folder: can it be written, is there room, and how fast does it
//! make data durable? Every accepted event waits for that.

use super::check::Check;
use crate::caps::SYNC_MS_MAX;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Writes that are timed.
const SYNCS: usize = 32;

/// Bytes of each: a small event with its rows.
const SYNC_BYTES: usize = 4 << 10;

/// `f_type` of a file system in memory (statfs(2)).
const TMPFS: u64 = 0x0102_1994;

/// All checks of a data folder, which need not exist yet, and on whose disk so
/// many bytes must be free to accept events.
pub(super) fn checks(data_dir: &Path, free_bytes_min: u64) -> Vec<Check> {
    let folder = existing(data_dir);
    let shown = data_dir.display();
    let timed = match write_and_sync(&folder) {
        Ok(timed) => timed,
        Err(error) => {
            let advice = format!("give this user the right to write to {}", folder.display());
            let detail = format!("{shown} can't be written to: {error}");
            return vec![Check::fail("data folder", detail, &advice)];
        }
    };
    let writable = if folder == data_dir {
        format!("{shown} can be written to")
    } else {
        format!("{shown} does not exist yet and can be made")
    };
    let mut checks = vec![
        Check::ok("data folder", writable),
        durability(&folder, timed),
    ];
    checks.extend(free_space(&folder, free_bytes_min));
    checks
}

/// The folder itself, or the nearest parent that exists.
fn existing(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = absolute.ancestors().find(|folder| folder.is_dir());
    let found = found.map_or_else(|| absolute.clone(), Path::to_owned);
    if found == absolute {
        path.to_owned()
    } else {
        found
    }
}

fn write_and_sync(folder: &Path) -> io::Result<Vec<Duration>> {
    let mut file = tempfile::Builder::new()
        .prefix(".hookmill-doctor-")
        .make_in(folder, |path| File::create_new(path))?;
    let timed = time_syncs(file.as_file_mut());
    let removed = file.close();
    // Why nothing could be written says more than why nothing was removed.
    let timed = timed?;
    removed.map(|()| timed)
}

fn time_syncs(file: &mut File) -> io::Result<Vec<Duration>> {
    (0..SYNCS)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&[0; SYNC_BYTES])?;
            file.sync_data()?;
            Ok(start.elapsed())
        })
        .collect()
}

fn durability(folder: &Path, mut timed: Vec<Duration>) -> Check {
    timed.sort_unstable();
    let (median, slowest) = (timed[timed.len() / 2], timed[timed.len() - 1]);
    let detail = format!("fdatasync takes {median:.1?}, at worst {slowest:.1?}");
    let in_memory = rustix::fs::statfs(folder).is_ok_and(|found| found.f_type as u64 == TMPFS);
    if in_memory {
        let advice = "this folder is in memory: everything is lost when the machine stops";
        return Check::warn("durability", detail, advice);
    }
    if median.as_millis() > SYNC_MS_MAX {
        let advice = "accepting an event waits for it: use a local SSD, not a network drive";
        return Check::warn("durability", detail, advice);
    }
    Check::ok("durability", detail)
}

fn free_space(folder: &Path, bytes_min: u64) -> Option<Check> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let bytes = found.f_bavail.saturating_mul(found.f_frsize);
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let detail = format!("{:.1} GiB free", gib(bytes));
    Some(if bytes < bytes_min {
        let advice = format!(
            "events are refused below {:.1} GiB (server.disk_free_bytes_min): make room, or ask for less",
            gib(bytes_min)
        );
        Check::fail("free space", detail, &advice)
    } else {
        Check::ok("free space", detail)
    })
}
