//! Compiling WebAssembly: in this process, or in a child that can be killed.
//!
//! A hostile component can make any compiler run for minutes or use all
//! memory, and wasmtime does not count that as a bug of its own. So untrusted
//! components compile in `compile-worker`, a process that does nothing else,
//! under limits of the operating system.

use crate::artifact::Artifact;
use crate::config::Compile;
use crate::engine;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// Bytes of address space that the child may use.
const CHILD_ADDRESS_BYTES_MAX: u64 = 4 << 30;

/// Processor seconds that the child may use.
const CHILD_CPU_SECONDS_MAX: u64 = 60;

/// Wall time that the child may take.
const CHILD_WALL_MAX: Duration = Duration::from_secs(90);

/// Bytes of compiled code that the parent reads.
const CODE_BYTES_MAX: u64 = 1 << 30;

/// Exit status of a child that says on its output why it refused.
const EXIT_REFUSED: u8 = 3;

/// Compiles a component. The error says why, in a sentence.
pub(crate) fn compile(engine: &Engine, wasm: &[u8], how: &Compile) -> Result<Artifact, String> {
    match how {
        Compile::InProcess => engine
            .precompile_component(wasm)
            .map(Artifact::from_compiler)
            .map_err(|error| format!("{error:#}")),
        Compile::Child { exe } => in_child(exe, wasm).map(Artifact::from_compiler),
    }
}

/// The other side: what `hookmill compile-worker` does. Limits itself, reads a
/// component from standard input and writes compiled code to standard output.
///
/// Not meant to be called by anything but [`Compile::Child`].
#[must_use]
pub fn compile_worker() -> ExitCode {
    let limit = |resource, max| {
        let limits = Rlimit {
            current: Some(max),
            maximum: Some(max),
        };
        setrlimit(resource, limits)
    };
    // Fail closed: without limits nothing is compiled.
    if let Err(error) = limit(Resource::As, CHILD_ADDRESS_BYTES_MAX)
        .and_then(|()| limit(Resource::Cpu, CHILD_CPU_SECONDS_MAX))
        .and_then(|()| limit(Resource::Core, 0))
        .and_then(|()| limit(Resource::Fsize, 0))
    {
        return refuse(&format!("the compiler can't limit itself: {error}"));
    }
    let mut wasm = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut wasm) {
        return refuse(&format!("the compiler got no component: {error}"));
    }
    let compiled = engine::compiler().and_then(|engine| engine.precompile_component(&wasm));
    match compiled {
        Ok(code) => match io::stdout().lock().write_all(&code) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(error) => refuse(&format!("{error:#}")),
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

fn in_child(exe: &Path, wasm: &[u8]) -> Result<Vec<u8>, String> {
    let child = Command::new(exe)
        .arg("compile-worker")
        .env_clear()
        // Two threads are what a small machine has; more only cost memory.
        .env("RAYON_NUM_THREADS", "2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("the compiler {} does not start: {error}", exe.display()))?;
    let mut child = Reaped(child);
    let deadline = Instant::now() + CHILD_WALL_MAX;
    let mut stdin = child.0.stdin.take().expect("stdin is piped");
    let mut stdout = child.0.stdout.take().expect("stdout is piped");
    let (sender, output) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading says why on its output, or dies.
            let _ = stdin.write_all(wasm);
        });
        scope.spawn(move || {
            let mut code = Vec::new();
            let read = stdout.by_ref().take(CODE_BYTES_MAX).read_to_end(&mut code);
            // The receiver gives up only after the deadline.
            let _ = sender.send(read.map(|_| code));
        });
        // Killing the child ends both threads: its ends of the pipes close.
        let result = finish(&mut child.0, &output, deadline);
        drop(child);
        result
    })
}

fn finish(
    child: &mut Child,
    output: &Receiver<io::Result<Vec<u8>>>,
    deadline: Instant,
) -> Result<Vec<u8>, String> {
    let left = deadline.saturating_duration_since(Instant::now());
    let code = output
        .recv_timeout(left)
        .map_err(|_| {
            format!(
                "compiling took longer than {} s and was stopped",
                CHILD_WALL_MAX.as_secs()
            )
        })?
        .map_err(|error| format!("the compiler's output can't be read: {error}"))?;
    let status = child
        .wait()
        .map_err(|error| format!("the compiler's end can't be awaited: {error}"))?;
    match status.code() {
        Some(0) => Ok(code),
        Some(code_number) if code_number == i32::from(EXIT_REFUSED) => {
            Err(String::from_utf8_lossy(&code).into_owned())
        }
        _ => Err(format!(
            "compiling used more than {} s of processor time or {} GiB of memory and was stopped ({status})",
            CHILD_CPU_SECONDS_MAX,
            CHILD_ADDRESS_BYTES_MAX >> 30
        )),
    }
}
