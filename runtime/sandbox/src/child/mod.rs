//! Work on what strangers gave us, in a child process that can be killed.
//!
//! Parsing and compiling hostile input may take minutes, all memory, or find a
//! mistake in a compiler. So each [`Job`] runs in a process that does nothing
//! else, limits and confines itself before it reads its input ([`worker`]), and
//! is killed here when it takes too long. Nothing of a child is trusted but
//! that its program is this one; what comes out is bounded.
//!
//! The child reads an order and its input from standard input, and writes one
//! byte that says how it is confined, then its result, to standard output.

mod confine;
mod failure;
mod order;
mod probe;
mod seccomp;
mod wall;
pub(crate) mod worker;

pub use failure::Breach;
pub(crate) use failure::Failure;
pub use order::ChildLimits;
pub(crate) use order::Job;
pub use probe::{Probe, ProbeStep};

use confine::Confinement;
use order::Order;
use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::sync::mpsc;
use std::thread;

/// Bytes of the child's standard error that are looked at.
const STDERR_BYTES_MAX: u64 = 4 << 10;

/// Stack of the child's threads: compilers recurse.
const THREAD_STACK_BYTES: &str = "8388608";

/// What a child answered.
struct Answer {
    result: Vec<u8>,
    confinement: Confinement,
}

/// Does a job in a child process, `exe compile-worker`, and gives its result.
/// Blocks until the child has ended and was reaped.
pub(crate) fn run(
    exe: &Path,
    job: Job,
    input: &[u8],
    limits: &ChildLimits,
) -> Result<Vec<u8>, Failure> {
    let answer = answer(exe, job, input, limits)?;
    if answer.confinement == Confinement::LimitsOnly {
        warn_once();
    }
    Ok(answer.result)
}

/// Starts a child that tries what it must not be able to do.
///
/// # Errors
/// The child did not start or did not end well, in a sentence.
pub fn probe(exe: &Path) -> Result<Probe, String> {
    let answer = answer(exe, Job::Probe, &[], &ChildLimits::default());
    let answer = answer.map_err(|failure| failure.to_string())?;
    Probe::from_answer(answer.confinement, &answer.result)
}

fn warn_once() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            "this system does not let a process give up its privileges (seccomp): components \
             compile in child processes with limits, but not confined; see `hookmill doctor`"
        );
    });
}

/// Kills and reaps the child, whatever happens in between.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // Both fail only when it has ended and been reaped already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn answer(exe: &Path, job: Job, input: &[u8], limits: &ChildLimits) -> Result<Answer, Failure> {
    let child = Command::new(exe)
        .arg("compile-worker")
        .env_clear()
        // Two threads are what a small machine has; more only cost memory.
        .env("RAYON_NUM_THREADS", "2")
        .env("RUST_MIN_STACK", THREAD_STACK_BYTES)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A signal to our group, as a terminal sends it, is not for the child.
        .process_group(0)
        .spawn()
        .map_err(|error| {
            Failure::Ours(format!(
                "the child process {} does not start: {error}",
                exe.display()
            ))
        })?;
    let mut child = Reaped(child);
    let mut stdin = child.0.stdin.take().expect("stdin is piped");
    let stdout = child.0.stdout.take().expect("stdout is piped");
    let stderr = child.0.stderr.take().expect("stderr is piped");
    let order = Order {
        job,
        limits: *limits,
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading says why on its output, or dies.
            let _ = stdin.write_all(&order.to_bytes());
            let _ = stdin.write_all(input);
        });
        let errors = scope.spawn(move || read(stderr, STDERR_BYTES_MAX));
        let (sender, output) = mpsc::sync_channel(1);
        // One byte more than may come, to see that more came.
        let bytes_max = limits.output_bytes_max.saturating_add(2);
        scope.spawn(move || {
            // The receiver gives up only after the deadline.
            let _ = sender.send(read(stdout, bytes_max));
        });
        // Killing the child ends all three threads: its ends of the pipes close.
        let Some(output) = wall::wait(&output, child.0.id(), limits.wall_max) else {
            drop(child);
            let wall_max = limits.wall_max;
            return Err(Breach::Wall { wall_max }.into());
        };
        let output = output
            .map_err(|error| Failure::Ours(format!("a child's output can't be read: {error}")))?;
        if output.len() as u64 == bytes_max {
            let bytes_max = limits.output_bytes_max;
            return Err(Breach::Output { bytes_max }.into());
        }
        let status = child.0.wait();
        drop(child);
        let status = status
            .map_err(|error| Failure::Ours(format!("a child's end can't be awaited: {error}")))?;
        // Without its words a crash is one all the same.
        let errors = errors.join().ok().and_then(Result::ok).unwrap_or_default();
        judge(status, output, &String::from_utf8_lossy(&errors), limits)
    })
}

/// Reads to the end, and keeps so many bytes. A pipe that nobody reads any more
/// ends its writer, so the rest is left alone.
fn read(pipe: impl Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a child's end means.
fn judge(
    status: ExitStatus,
    mut output: Vec<u8>,
    errors: &str,
    limits: &ChildLimits,
) -> Result<Answer, Failure> {
    let confinement = output.first().copied().and_then(Confinement::from_byte);
    let failed = || Failure::of(status.signal(), errors, limits);
    let Some(confinement) = confinement else {
        // It ended before it began.
        return Err(match status.signal() {
            Some(_) => failed(),
            None => Failure::Ours(format!(
                "a child process ended too early ({status}): {}",
                errors.trim_end()
            )),
        });
    };
    output.remove(0);
    match status.code() {
        Some(0) => Ok(Answer {
            result: output,
            confinement,
        }),
        Some(code) if code == i32::from(worker::EXIT_REFUSED) => Err(Failure::Refused(output)),
        Some(code) if code == i32::from(worker::EXIT_MEMORY) => Err(Breach::Memory {
            bytes_max: limits.address_bytes_max,
        }
        .into()),
        _ => Err(failed()),
    }
}
