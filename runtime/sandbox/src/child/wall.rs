//! How long a child may take by the clock.
//!
//! The limit is there for what hangs. On a machine that is busy with something
//! else a child that computes gets little of a processor, and what is right
//! must not be refused for that: as for runs
//! (`runtime/decisions/0017-the-wall-deadline-grows-for-a-starved-run.md`), the
//! limit is lengthened, to four times at most, for a child that had the
//! processor for less than half of the time.

use crate::caps::CHILD_WALL_TIMES_MAX;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Clock ticks of `/proc` in a second, the same on every Linux (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

/// Waits for what a child answers; none when it takes too long.
pub(super) fn wait<T>(answer: &Receiver<T>, child: u32, wall_max: Duration) -> Option<T> {
    for times in 1..=CHILD_WALL_TIMES_MAX {
        match answer.recv_timeout(wall_max) {
            Ok(answer) => return Some(answer),
            Err(RecvTimeoutError::Timeout) => {
                let is_starved = processor_time(child)
                    .is_some_and(|used| used.saturating_mul(2) < wall_max.saturating_mul(times));
                if !is_starved {
                    return None;
                }
            }
            Err(RecvTimeoutError::Disconnected) => unreachable!("the reader sends before it ends"),
        }
    }
    None
}

/// The processor time of all threads of a process, in hundredths of a second;
/// none when the system does not tell.
fn processor_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may contain anything; `utime` and `stime` are
    // the twelfth and thirteenth field behind it (proc_pid_stat(5)).
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()? + ticks()?;
    Some(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
}

#[cfg(test)]
mod tests {
    use super::{processor_time, wait};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc;
    use std::time::Duration;

    fn shell(script: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::piped());
        command.spawn().expect("a shell")
    }

    #[test]
    fn what_does_not_compute_is_waited_for_a_bounded_time() {
        let (_sender, receiver) = mpsc::channel::<()>();
        let mut idle = shell("read line");
        assert_eq!(wait(&receiver, idle.id(), Duration::from_millis(5)), None);
        idle.kill().expect("it runs");
        idle.wait().expect("it ends");
    }

    #[test]
    fn the_processor_time_of_a_process_is_known() {
        let mut busy = shell("while :; do :; done");
        while processor_time(busy.id()).expect("it runs") < Duration::from_millis(50) {
            std::thread::yield_now();
        }
        busy.kill().expect("it runs");
        busy.wait().expect("it ends");
        assert_eq!(processor_time(busy.id()), None);
    }
}
