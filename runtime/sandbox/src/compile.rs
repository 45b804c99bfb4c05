//! Compiling WebAssembly: in this process, or in a child that can be killed.
//!
//! A hostile component can make any compiler run for minutes or use all
//! memory, and wasmtime does not count that as a bug of its own. So untrusted
//! components compile in `compile-worker`, a process that does nothing else,
//! under limits of the operating system. Parsing TypeScript is the same
//! process's second job, for the same reason.

use crate::artifact::Artifact;
use crate::config::Compile;
use crate::engine;
use crate::typescript;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// What a child is asked for, and what that may use.
pub(crate) struct Job {
    /// The argument behind `compile-worker`.
    argument: Option<&'static str>,
    /// What it does, as messages say it.
    doing: &'static str,
    /// Bytes of address space.
    address_bytes_max: u64,
    /// Processor seconds.
    cpu_seconds_max: u64,
    wall_max: Duration,
    /// Bytes that the parent reads.
    output_bytes_max: u64,
}

const COMPILE: Job = Job {
    argument: None,
    doing: "compiling",
    address_bytes_max: 4 << 30,
    cpu_seconds_max: 60,
    wall_max: Duration::from_secs(90),
    output_bytes_max: 1 << 30,
};

/// Stripping the types of a TypeScript source of at most 1 MiB, which takes
/// milliseconds.
pub(crate) const STRIP_TYPES: Job = Job {
    argument: Some("--strip-types"),
    doing: "parsing TypeScript",
    address_bytes_max: 2 << 30,
    cpu_seconds_max: 5,
    wall_max: Duration::from_secs(20),
    // A character of the source may take six in JSON.
    output_bytes_max: 8 << 20,
};

/// Exit status of a child that says on its output why it refused.
const EXIT_REFUSED: u8 = 3;

/// Compiles a component. The error says why, in a sentence.
pub(crate) fn compile(engine: &Engine, wasm: &[u8], how: &Compile) -> Result<Artifact, String> {
    match how {
        Compile::InProcess => engine
            .precompile_component(wasm)
            .map(Artifact::from_compiler)
            .map_err(|error| format!("{error:#}")),
        Compile::Child { exe } => in_child(exe, &COMPILE, wasm).map(Artifact::from_compiler),
    }
}

/// The other side: what `hookmill compile-worker` does. Limits itself, reads a
/// component from standard input and writes compiled code to standard output.
///
/// Not meant to be called by anything but [`Compile::Child`].
#[must_use]
pub fn compile_worker() -> ExitCode {
    work(&COMPILE, |wasm| {
        engine::compiler()
            .and_then(|engine| engine.precompile_component(&wasm))
            .map_err(|error| format!("{error:#}"))
    })
}

/// The same for `hookmill compile-worker --strip-types`: reads TypeScript and
/// writes JavaScript, or what is wrong with it, as JSON.
#[must_use]
pub fn strip_types_worker() -> ExitCode {
    work(&STRIP_TYPES, typescript::answer)
}

fn work(job: &Job, answer: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, String>) -> ExitCode {
    let limit = |resource, max| {
        let limits = Rlimit {
            current: Some(max),
            maximum: Some(max),
        };
        setrlimit(resource, limits)
    };
    // Fail closed: without limits nothing is done.
    if let Err(error) = limit(Resource::As, job.address_bytes_max)
        .and_then(|()| limit(Resource::Cpu, job.cpu_seconds_max))
        .and_then(|()| limit(Resource::Core, 0))
        .and_then(|()| limit(Resource::Fsize, 0))
    {
        return refuse(&format!("the compiler can't limit itself: {error}"));
    }
    let mut input = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut input) {
        return refuse(&format!("the compiler got no input: {error}"));
    }
    match answer(input) {
        Ok(output) => match io::stdout().lock().write_all(&output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(why) => refuse(&why),
    }
}

fn refuse(why: &str) -> ExitCode {
    // Without a reader there is nobody to tell.
    let _ = io::stdout().lock().write_all(why.as_bytes());
    ExitCode::from(EXIT_REFUSED)
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

/// Has the job done by a child process, `exe compile-worker`.
pub(crate) fn in_child(exe: &Path, job: &Job, input: &[u8]) -> Result<Vec<u8>, String> {
    let child = Command::new(exe)
        .arg("compile-worker")
        .args(job.argument)
        .env_clear()
        // Two threads are what a small machine has; more only cost memory.
        .env("RAYON_NUM_THREADS", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the compiler {} does not start: {error}", exe.display()))?;
    let mut child = Reaped(child);
    let deadline = Instant::now() + job.wall_max;
    let mut stdin = child.0.stdin.take().expect("stdin is piped");
    let mut stdout = child.0.stdout.take().expect("stdout is piped");
    let (sender, output) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading says why on its output, or dies.
            let _ = stdin.write_all(input);
        });
        scope.spawn(move || {
            let mut output = Vec::new();
            let mut limited = stdout.by_ref().take(job.output_bytes_max);
            let read = limited.read_to_end(&mut output);
            // The receiver gives up only after the deadline.
            let _ = sender.send(read.map(|_| output));
        });
        // Killing the child ends both threads: its ends of the pipes close.
        let result = finish(&mut child.0, job, &output, deadline);
        drop(child);
        result
    })
}

fn finish(
    child: &mut Child,
    job: &Job,
    output: &Receiver<io::Result<Vec<u8>>>,
    deadline: Instant,
) -> Result<Vec<u8>, String> {
    let left = deadline.saturating_duration_since(Instant::now());
    let output = output
        .recv_timeout(left)
        .map_err(|_| {
            format!(
                "{} took longer than {} s and was stopped",
                job.doing,
                job.wall_max.as_secs()
            )
        })?
        .map_err(|error| format!("the compiler's output can't be read: {error}"))?;
    let status = child
        .wait()
        .map_err(|error| format!("the compiler's end can't be awaited: {error}"))?;
    match status.code() {
        Some(0) => Ok(output),
        Some(code) if code == i32::from(EXIT_REFUSED) => {
            Err(String::from_utf8_lossy(&output).into_owned())
        }
        _ => Err(format!(
            "{} used more than {} s of processor time or {} GiB of memory and was stopped ({status})",
            job.doing,
            job.cpu_seconds_max,
            job.address_bytes_max >> 30
        )),
    }
}
