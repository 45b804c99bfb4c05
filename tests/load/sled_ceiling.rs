//! The ceiling of accepting: group commit on sled and nothing else.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::time::{Duration, Instant};

/// Values in one commit.
const GROUP_MAX: usize = 512;

type Write = (Vec<u8>, SyncSender<()>);

/// Durable inserts a second by this many writers, each waiting for its own.
pub(crate) fn events_per_second(seconds: u64, writers: usize, size: usize) -> u64 {
    let folder = tempfile::tempdir_in(".").expect("a temporary folder");
    let database = sled::Config::default()
        .path(folder.path().join("db"))
        .cache_capacity(64 << 20)
        .segment_size(4 << 20)
        .flush_every_ms(Some(20))
        .open()
        .expect("sled opens");
    let (sender, receiver) = mpsc::sync_channel::<Write>(GROUP_MAX * 2);
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let started = Instant::now();
    std::thread::scope(|scope| {
        let (database, stop_commit) = (&database, &stop);
        scope.spawn(move || commit(database, &receiver, stop_commit));
        for _ in 0..writers {
            let sender = sender.clone();
            let (stop, count) = (&stop, &count);
            scope.spawn(move || write(&sender, size, stop, count));
        }
        std::thread::sleep(Duration::from_secs(seconds));
        stop.store(true, Ordering::SeqCst);
    });
    let elapsed = started.elapsed().as_secs_f64();
    assert!(
        crate::sync::syncs() > 0,
        "the ceiling was not durable: the linker took another sync_file_range"
    );
    (count.load(Ordering::SeqCst) as f64 / elapsed) as u64
}

fn write(sender: &SyncSender<Write>, size: usize, stop: &AtomicBool, count: &AtomicU64) {
    let value = vec![b'x'; size];
    let (done, durable) = mpsc::sync_channel(1);
    while !stop.load(Ordering::Relaxed) {
        let sent = sender.send((value.clone(), done.clone()));
        if sent.is_err() || durable.recv().is_err() {
            return;
        }
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn commit(database: &sled::Db, receiver: &Receiver<Write>, stop: &AtomicBool) {
    let mut number = 0_u64;
    let mut waiting = Vec::with_capacity(GROUP_MAX);
    loop {
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(first) => waiting.push(first),
            Err(_) if stop.load(Ordering::SeqCst) => return,
            Err(_) => continue,
        }
        while waiting.len() < GROUP_MAX {
            let Ok(next) = receiver.try_recv() else { break };
            waiting.push(next);
        }
        let mut batch = sled::Batch::default();
        for (value, _) in &mut waiting {
            number += 1;
            batch.insert(&number.to_be_bytes(), std::mem::take(value));
        }
        database.apply_batch(batch).expect("sled takes the batch");
        database.flush().expect("sled flushes");
        for (_, done) in waiting.drain(..) {
            // A writer that has stopped waits for nothing.
            let _ = done.send(());
        }
    }
}
