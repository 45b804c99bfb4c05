//! The load tool: what the relay does at full load on loopback, beside two
//! ceilings measured in the same run.
//!
//! `load` runs one case, `load --all` the whole table, `load backlog` starts on
//! a full queue. Generator and sink share
//! the machine with the relay, as they do in both ceilings, so only ratios
//! within one run mean anything. It imports no crate of the product.

mod body;
mod cases;
mod declared;
mod generator;
mod leash;
mod meter;
mod moments;
mod neighbour;
mod proxy;
mod report;
mod sled_ceiling;
mod sync;
mod table;
mod target;

use clap::{Parser, Subcommand, ValueEnum};
use neighbour::Neighbour;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Measures the relay under load, beside its ceilings.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

/// What is not a case of load: the first for people, the others are what `load`
/// starts as child processes.
#[derive(Debug, Subcommand)]
enum Command {
    /// Queue this many deliveries, kill the relay, print how long it takes to
    /// start again
    Backlog {
        /// Deliveries
        deliveries: u64,
    },
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
    /// End a process when standard input ends without a byte
    Leash {
        /// Its id
        pid: u32,
    },
}

/// One case.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of load
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Connections of the generator
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Events a second, at fixed moments whatever the answers; or `max`: each
    /// connection sends as soon as it has its answer
    #[arg(long, default_value = "max")]
    rate: Rate,
    /// Bytes of an event
    #[arg(long, default_value_t = 2_048)]
    size: usize,
    /// Endpoints, each with a destination of its own; none to accept only
    #[arg(long, default_value_t = 1)]
    endpoints: usize,
    /// How many of their destinations never answer
    #[arg(long, default_value_t = 0)]
    hanging: usize,
    /// What transforms the events
    #[arg(long, value_enum, default_value_t = Transform::Js)]
    transform: Transform,
    /// Tenants, each with a source, a handler and endpoints of its own
    #[arg(long, default_value_t = 1)]
    handlers: usize,
    /// What takes the processors from the measured tenant
    #[arg(long, value_enum, default_value_t = Neighbour::None)]
    neighbour: Neighbour,
    /// Folder beneath which the relay's data lies, such as one in memory, where
    /// nothing waits for the disk; the project's target folder where not given
    #[arg(long)]
    beneath: Option<PathBuf>,
    /// Requests to an endpoint under way at once
    #[arg(long, default_value_t = 256)]
    concurrency_max: u32,
    /// Queued deliveries for the backlog case of `--all`
    #[arg(long, default_value_t = 100_000)]
    backlog: u64,
    /// Run every case and print a table
    #[arg(long)]
    all: bool,
    /// Print objects of JSON instead of rows
    #[arg(long)]
    json: bool,
}

/// How fast events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rate {
    /// As fast as they are answered.
    Max,
    /// At fixed moments; never 0.
    PerSecond(u64),
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            _ if text == "max" => Ok(Self::Max),
            Ok(rate @ 1..=1_000_000_000) => Ok(Self::PerSecond(rate)),
            _ => Err("`max`, or events a second".to_owned()),
        }
    }
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
    let options = cli.options;
    match cli.command {
        Some(Command::Proxy { to }) => proxy::run(to).await,
        Some(Command::Sled {
            seconds,
            writers,
            size,
        }) => println!(
            "{}",
            sled_ceiling::events_per_second(seconds, writers, size)
        ),
        Some(Command::Leash { pid }) => leash::run(pid),
        Some(Command::Backlog { deliveries }) => {
            let backlog = deliveries;
            for start in cases::backlog(&Options { backlog, ..options }).await {
                println!("{:.3} s", start.as_secs_f64());
            }
        }
        None if options.all => table::all(&options).await,
        None => one(&options).await,
    }
}

async fn one(options: &Options) {
    let measured = cases::relay("relay", options).await;
    if options.json {
        println!("{}", measured.json());
    } else {
        println!(
            "{}\n\n{}\n{}",
            meter::machine(),
            report::HEAD,
            measured.row()
        );
    }
}
