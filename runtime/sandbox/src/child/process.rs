//! The parent's side: starts a child, gives it its order and its input, and
//! makes sure that it ends.
//!
//! The child reads the order and the input from standard input. To standard
//! output it writes one byte that says how it is confined, then its answer.

use super::answer::Answer;
use super::confinement::Confinement;
use super::failure::{Breach, Failure};
use super::order::{Order, Task};
use super::probe::Probe;
use super::wall;
use crate::caps::{CHILD_STACK_BYTES, CHILD_STDERR_BYTES_MAX, CHILD_THREADS, ChildLimits};
use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::sync::mpsc;
use std::thread;

/// What a child that came to its end replied.
struct Reply {
    result: Vec<u8>,
    confinement: Confinement,
}

/// Does a task in a child process, `exe compile-worker`, and gives its result.
/// Blocks until the child has ended and was reaped.
pub(crate) fn run(
    exe: &Path,
    task: Task,
    input: &[u8],
    limits: &ChildLimits,
) -> Result<Vec<u8>, Failure> {
    let reply = ask(exe, task, input, limits)?;
    if reply.confinement == Confinement::LimitsOnly {
        warn_once();
    }
    Ok(reply.result)
}

/// Starts a child that tries what it must not be able to do.
///
/// # Errors
/// The child did not start or did not end well, in a sentence.
pub fn probe(exe: &Path) -> Result<Probe, String> {
    let reply = ask(exe, Task::Probe, &[], &ChildLimits::default());
    let reply = reply.map_err(|failure| failure.to_string())?;
    Probe::from_answer(reply.confinement, &reply.result)
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

/// Starts a child, with pipes for its input, its output and its errors.
fn start(exe: &Path) -> Result<Child, Failure> {
    Command::new(exe)
        .arg("compile-worker")
        .env_clear()
        .env("RAYON_NUM_THREADS", CHILD_THREADS)
        .env("RUST_MIN_STACK", CHILD_STACK_BYTES)
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
        })
}

fn ask(exe: &Path, task: Task, input: &[u8], limits: &ChildLimits) -> Result<Reply, Failure> {
    let mut child = Reaped(start(exe)?);
    let mut stdin = child.0.stdin.take().expect("stdin is piped");
    let stdout = child.0.stdout.take().expect("stdout is piped");
    let stderr = child.0.stderr.take().expect("stderr is piped");
    let order = Order {
        task,
        limits: *limits,
    };
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading says why on its output, or dies.
            let _ = stdin.write_all(&order.to_bytes());
            let _ = stdin.write_all(input);
        });
        let errors = scope.spawn(move || read(stderr, CHILD_STDERR_BYTES_MAX));
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
        // A crash without words is a crash, too.
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
) -> Result<Reply, Failure> {
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
    match status.code().and_then(|code| Answer::of(code, output)) {
        Some(Answer::Result(result)) => Ok(Reply {
            result,
            confinement,
        }),
        Some(Answer::Refused(why)) => Err(Failure::Refused(why)),
        Some(Answer::OutOfMemory) => Err(Breach::Memory {
            bytes_max: limits.address_bytes_max,
        }
        .into()),
        None => Err(failed()),
    }
}
