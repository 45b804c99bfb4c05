//! A leash: a small child process that ends the relay when this program dies
//! without having done so, by Ctrl-C or a kill, so that no relay is left
//! behind to spoil the next measurement.
//!
//! It waits on its standard input. A byte lets go; the input's end without one
//! means that the parent is gone. Must not outlive either.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

/// Holds a process. Let go of it before it is waited for: afterwards its id
/// may be another's.
pub(crate) struct Leash {
    child: Child,
}

impl Leash {
    /// Holds the process of this id.
    pub(crate) fn hold(pid: u32) -> Self {
        let child = Command::new(std::env::current_exe().expect("a program has a file"))
            .args(["leash", &pid.to_string()])
            .stdin(Stdio::piped())
            .spawn();
        Self {
            child: child.expect("the leash starts"),
        }
    }

    /// Lets go.
    pub(crate) fn release(mut self) {
        if let Some(mut input) = self.child.stdin.take() {
            // It fails only when the leash has ended already.
            let _ = input.write_all(b".");
        }
        let _ = self.child.wait();
    }
}

/// What the child process does.
pub(crate) fn run(pid: u32) {
    let mut byte = [0];
    if !matches!(std::io::stdin().read(&mut byte), Ok(1)) {
        let _ = Command::new("kill")
            .args(["-KILL", &pid.to_string()])
            .status();
    }
}
