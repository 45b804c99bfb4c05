//! How long the calling thread has been on a processor, as Linux counts it.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What this thread has used of the processors since it began.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_s_own_time_is_counted() {
        let before = processor_time();
        std::thread::sleep(Duration::from_millis(20));
        let slept = processor_time().saturating_sub(before);
        assert!(slept < Duration::from_millis(20), "{slept:?}");
        while processor_time().saturating_sub(before) < Duration::from_millis(5) {
            std::hint::black_box(0);
        }
    }
}
