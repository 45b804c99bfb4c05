//! The other side: what `hookmill compile-worker` does.
//!
//! Limits and confines itself first, then reads the input, does the job and
//! answers. It must not read a byte of the input before it is confined.

use super::confine::confine;
use super::order::{Job, Order};
use super::probe;
use crate::program::compile;
use crate::program::typescript;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

/// Exit status of a child whose output says why it refused.
pub(super) const EXIT_REFUSED: u8 = 3;

/// Exit status of a child whose job got no memory.
pub(super) const EXIT_MEMORY: u8 = 4;

/// What a job makes of its input.
pub(crate) enum Done {
    /// Its result.
    Result(Vec<u8>),
    /// Why there is none, as the parent's side of the job reads it.
    Refused(Vec<u8>),
    /// There was not enough memory.
    OutOfMemory,
}

/// Does one job: reads the order and the input from standard input and writes
/// the result to standard output.
///
/// Not meant to be called by anything but the sandbox of the parent.
#[must_use]
pub fn compile_worker() -> ExitCode {
    let mut stdin = io::stdin().lock();
    let Ok(order) = Order::read(&mut stdin) else {
        eprintln!("this command is for `hookmill serve`, which gives it its work");
        return ExitCode::FAILURE;
    };
    // Fail closed: without limits no job is done.
    let confinement = match confine(&order.limits) {
        Ok(confinement) => confinement,
        Err(error) => {
            eprintln!("it can't limit itself: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut input = Vec::new();
    if let Err(error) = stdin.read_to_end(&mut input) {
        eprintln!("it got no input: {error}");
        return ExitCode::FAILURE;
    }
    // This byte comes before the job, so that the parent can tell a job that
    // crashed from a child that never began.
    if write(&[confinement.byte()]).is_err() {
        return ExitCode::FAILURE;
    }
    let (answer, code) = match perform(order.job, &input) {
        Done::Result(bytes) => (bytes, ExitCode::SUCCESS),
        Done::Refused(why) => (why, ExitCode::from(EXIT_REFUSED)),
        Done::OutOfMemory => (Vec::new(), ExitCode::from(EXIT_MEMORY)),
    };
    // Without a reader there is nobody to tell.
    write(&answer).map_or(ExitCode::FAILURE, |()| code)
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

fn perform(job: Job, input: &[u8]) -> Done {
    match job {
        Job::Compile => compile::perform(input),
        Job::StripTypes => typescript::perform(input),
        Job::Probe => Done::Result(probe::perform()),
    }
}
