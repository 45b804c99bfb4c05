//! The load tool: what the relay does at full load on loopback, beside two
//! ceilings measured in the same run.
//!
//! `load` runs one case, `load --all` the whole table. Generator and sink share
//! the machine with the relay, as they do in both ceilings, so only ratios
//! within one run mean anything. It imports no crate of the product.

mod body;
mod cases;
mod generator;
mod meter;
mod proxy;
mod report;
mod sink;
mod sled_ceiling;
mod sync;
mod target;

use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;

/// Measures the relay under load, beside its ceilings.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    ceiling: Option<Ceiling>,
    #[command(flatten)]
    options: Options,
}

/// What `load` starts as child processes.
#[derive(Debug, Subcommand)]
enum Ceiling {
    /// A bare axum to reqwest proxy; prints its address, ends with its input
    Proxy {
        /// Where requests go
        to: SocketAddr,
    },
    /// Group commit on sled alone; prints events a second
    Sled {
        /// Seconds
        seconds: u64,
        /// Concurrent writers
        writers: usize,
        /// Bytes of a value
        size: usize,
    },
}

/// One case.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of load
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Connections of the generator
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Events a second, at fixed moments whatever the answers; without it,
    /// each connection sends as soon as it has its answer
    #[arg(long)]
    rate: Option<u64>,
    /// Bytes of an event
    #[arg(long, default_value_t = 2_048)]
    size: usize,
    /// Endpoints, each with a destination of its own
    #[arg(long, default_value_t = 1)]
    endpoints: usize,
    /// How many of their destinations never answer
    #[arg(long, default_value_t = 0)]
    hanging: usize,
    /// What transforms the events
    #[arg(long, value_enum, default_value_t = Transform::Js)]
    transform: Transform,
    /// Queued deliveries for the backlog case of `--all`
    #[arg(long, default_value_t = 100_000)]
    backlog: u64,
    /// Run every case and print a table
    #[arg(long)]
    all: bool,
}

/// What transforms the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transform {
    /// Nothing: they are forwarded.
    None,
    /// A JavaScript handler.
    Js,
    /// The Rust component of `transforms/segment`.
    Rust,
}

#[tokio::main]
async fn main() {
    let cli = Cli::parse();
    match cli.ceiling {
        Some(Ceiling::Proxy { to }) => proxy::run(to).await,
        Some(Ceiling::Sled {
            seconds,
            writers,
            size,
        }) => println!(
            "{}",
            sled_ceiling::events_per_second(seconds, writers, size)
        ),
        None if cli.options.all => cases::all(&cli.options).await,
        None => report::one(&cases::relay(&cli.options).await),
    }
}
