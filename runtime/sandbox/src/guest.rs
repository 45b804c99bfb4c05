//! The host's side of one instance: what its imports act on.

pub(crate) struct Guest;
