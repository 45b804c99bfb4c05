//! Hostile transforms in Rust, in one component: an event's type says which of
//! them gets it, `rs-` and the name of its file.
//!
//! What they do is what a compiler makes of ordinary and of broken Rust, with
//! the standard library's own checks and its own ways of giving up.

use hookmill_guest::{Context, Failure, Webhook, transform};

transform!(handler);

/// The modules, and what chooses one by its name.
macro_rules! guests {
    ($($name:ident)+) => {
        $(mod $name;)+

        fn handler(webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
            match webhook.event_type.strip_prefix("rs-") {
                $(Some(stringify!($name)) => $name::handler(webhook, context),)+
                _ => Err(Failure::reject("no guest has this name")),
            }
        }
    };
}

guests! {
    abort
    allocation_beyond_the_address_space
    double_panic
    files_and_sockets
    header_smuggling
    heap_overwritten
    json_deep
    leak_by_statics
    log_flood
    loop_in_drop
    loop_of_atomics
    memory_by_forgetting
    null_dereferenced
    panic_hook_that_loops
    panic_of_a_megabyte
    payload_is_not_utf8
    recursion
    sleep
    system_time
    text_of_wrong_length
    threads
}
