//! Time and chance, both fixed by the event.
//!
//! The engine asks for the time when a context is made, which is at build
//! time: it is 0 then. Afterwards it is the host's event clock. Random numbers
//! come from the delivery's id, so that a second run draws the same ones.
//! Neither may depend on anything else.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::bindings::hookmill::transform::clock;

/// Set when the snapshot is taken: from then on there is a host to ask.
static RUNNING: AtomicBool = AtomicBool::new(false);
static RANDOM: AtomicU64 = AtomicU64::new(0);
static DRAWN: AtomicBool = AtomicBool::new(false);

/// From now on the host's clock is read.
pub(crate) fn start() {
    RUNNING.store(true, Relaxed);
}

/// Starts the random numbers anew from `seed` (FNV-1a, 64 bits).
pub(crate) fn seed_random(seed: &str) {
    let hash = seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    RANDOM.store(hash, Relaxed);
}

/// Whether anything was drawn in this instance or before its snapshot.
pub(crate) fn has_drawn() -> bool {
    DRAWN.load(Relaxed)
}

/// The next 64 random bits (SplitMix64). Predictable by design: no secret may
/// be made from them.
pub(crate) fn random_bits() -> u64 {
    DRAWN.store(true, Relaxed);
    let state = RANDOM.load(Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
    RANDOM.store(state, Relaxed);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The engine's source of time, in microseconds since the Unix epoch.
#[unsafe(no_mangle)]
extern "C" fn __rquickjs_host_now_us() -> f64 {
    if RUNNING.load(Relaxed) {
        clock::now_ms() as f64 * 1000.0
    } else {
        0.0
    }
}
