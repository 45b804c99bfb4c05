//! WASI for guests that import it, with nothing behind it: no files, no network,
//! no environment, a clock that stands still, random numbers that repeat.

pub(crate) mod http;
pub(crate) mod io;
mod random;
pub(crate) mod state;
pub(crate) mod wasi_0_1;
pub(crate) mod wasi_0_2;
