//! When a run is over although it has not ended.
//!
//! The deadline is wall time. On a machine that is short of processors a run
//! may wait for one for most of it, which is not its owner's fault: such a run
//! gets more time, up to a bound.

use crate::caps::{DEADLINE_TIMES_MAX, POSITION_MS};
use crate::run::guest::{Guest, Stop};
use crate::run::processor_time::processor_time;
use hookmill_domain::caps::SandboxCaps;
use std::time::{Duration, Instant};
use wasmtime::{Store, UpdateDeadline};

/// Sets the deadline of the run that begins now, on this thread.
pub(crate) fn set(store: &mut Store<Guest>, caps: &SandboxCaps) {
    // The current epoch has partly passed, so one more than asked for.
    let ticks = caps.deadline_ms + 1;
    let deadline = Duration::from_millis(caps.deadline_ms);
    let (begun, used_before) = (Instant::now(), processor_time());
    store.set_epoch_deadline(ticks);
    store.epoch_deadline_callback(move |mut store| {
        let used = processor_time().saturating_sub(used_before);
        let guest = store.data_mut();
        Ok(if !is_over(deadline, begun.elapsed(), used) {
            UpdateDeadline::Continue(ticks)
        } else if guest.fuel_reserve > 0 && guest.stop.is_none() {
            guest.stop = Some(Stop::Deadline);
            UpdateDeadline::Continue(POSITION_MS)
        } else {
            UpdateDeadline::Interrupt
        })
    });
}

/// Whether a run has had its time: the processor for half of the deadline, or
/// all the time that there is.
fn is_over(deadline: Duration, elapsed: Duration, used: Duration) -> bool {
    used >= deadline / 2 || elapsed >= deadline * DEADLINE_TIMES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_had_to_wait_gets_more_time_and_no_other() {
        let ms = Duration::from_millis;
        // Elapsed, used of the processor, whether it is over.
        let table = [
            (250, 250, true),
            (251, 125, true),
            (251, 124, false),
            (502, 2, false),
            (753, 124, false),
            (753, 125, true),
            (1_000, 0, true),
        ];
        for (elapsed, used, expected) in table {
            let over = is_over(ms(250), ms(elapsed), ms(used));
            assert_eq!(over, expected, "{elapsed} ms, of which {used} running");
        }
    }
}
