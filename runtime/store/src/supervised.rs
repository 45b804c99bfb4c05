//! Trying the queue's index in a child process: sled's panics and hangs on
//! damaged files become an answer.
//!
//! The child is the caller's own program with a subcommand that calls
//! [`crate::check_index`], prints what it found and ends with [`EXIT_DAMAGED`]
//! if it can't be used. It has the index open, so it must not outlive a parent
//! that is killed: see [`end_with_parent`].

use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The child's exit code for damage. Any code but 0 is taken for it; this one
/// tells that the child lived to say so.
pub const EXIT_DAMAGED: u8 = 65;

/// Bytes of the child's last words that are kept.
const WORDS_BYTES_KEPT: usize = 8 << 10;

/// The child did not find the index usable.
#[derive(Debug, thiserror::Error)]
pub enum IndexUnusable {
    /// It said what is damaged.
    #[error("{0}")]
    Reported(String),
    /// It ended without a word, or with a panic.
    #[error("opening it ended with {status}: {words}")]
    Crashed {
        /// How it ended.
        status: ExitStatus,
        /// What it wrote last.
        words: String,
    },
    /// It did not end in time.
    #[error("opening it took longer than {} s", deadline.as_secs())]
    Hung {
        /// The time it had.
        deadline: Duration,
    },
    /// It could not be started.
    #[error("the child process that opens it did not start")]
    NotStarted(#[source] io::Error),
}

/// Runs the child and waits for it, at most until the deadline. Blocks.
///
/// # Errors
/// Says how the child ended, unless it found the index usable.
pub fn check_in_child(mut command: Command, deadline: Duration) -> Result<(), IndexUnusable> {
    let started = Instant::now();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A signal to our group, as a terminal sends it, is not for the child.
        .process_group(0);
    let mut child = command.spawn().map_err(IndexUnusable::NotStarted)?;
    // Its other end is the sign of life: held until the child has ended.
    let _alive = child.stdin.take();
    let stderr = child.stderr.take();
    let listener = std::thread::spawn(move || last_words(stderr));
    let status = loop {
        match child.try_wait().map_err(IndexUnusable::NotStarted)? {
            Some(status) => break status,
            None if started.elapsed() > deadline => {
                // It is gone already when it can't be killed.
                let _ = child.kill();
                let _ = child.wait();
                return Err(IndexUnusable::Hung { deadline });
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let words = listener.join().unwrap_or_default();
    if status.success() {
        Ok(())
    } else if status.code() == Some(i32::from(EXIT_DAMAGED)) {
        Err(IndexUnusable::Reported(words))
    } else {
        Err(IndexUnusable::Crashed { status, words })
    }
}

/// Ends this process as soon as its standard input ends, which the parent
/// holds for as long as it lives. For the child, before it opens the store.
///
/// # Errors
/// The thread that waits for it could not be started.
pub fn end_with_parent() -> Result<(), io::Error> {
    std::thread::Builder::new()
        .name("parent".to_owned())
        .spawn(|| {
            // An error, too, means that nobody is there any more.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            std::process::exit(1);
        })
        .map(drop)
}

/// The end of what the child wrote.
fn last_words(stderr: Option<impl Read>) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4 << 10];
    let Some(mut stderr) = stderr else {
        return String::new();
    };
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..read]);
        let excess = kept.len().saturating_sub(WORDS_BYTES_KEPT);
        kept.drain(..excess);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}
