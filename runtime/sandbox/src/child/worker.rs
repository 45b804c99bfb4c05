//! The child's side: what `hookmill compile-worker` does.
//!
//! Limits and confines itself first, then reads the input, does the task and
//! answers. It must not read a byte of the input before it is confined.

use super::answer::Answer;
use super::confine::confine;
use super::order::{Order, Task};
use super::probe;
use crate::program::compile;
use crate::program::typescript;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

/// Does one task: reads the order and the input from standard input and writes
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
    // Fail closed: without limits no task is done.
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
    // This byte comes before the task, so that the parent can tell a task that
    // crashed from a child that never began.
    if write(&[confinement.byte()]).is_err() {
        return ExitCode::FAILURE;
    }
    let answer = perform(order.task, &input);
    let code = ExitCode::from(answer.exit_status());
    // Without a reader there is nobody to tell.
    write(&answer.into_bytes()).map_or(ExitCode::FAILURE, |()| code)
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

fn perform(task: Task, input: &[u8]) -> Answer {
    match task {
        Task::Compile => compile::perform(input),
        Task::StripTypes => typescript::perform(input),
        Task::Probe => Answer::Result(probe::perform()),
    }
}
