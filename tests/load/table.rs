//! `load --all`: every case in one run, as a table, and what it says of the
//! goals.
//!
//! Each ceiling is measured before and after the cases it is compared with:
//! how far the two lie apart is how much the machine changed meanwhile. The
//! goals themselves stand in `runtime/PERFORMANCE.md`.

use crate::neighbour::Neighbour;
use crate::report::{HEAD, Measured};
use crate::{Options, Rate, Transform, cases, meter};
use std::path::PathBuf;

/// Tenants, each with its own handler, in the case of many.
const TENANTS: usize = 1_000;

/// Destinations in the cases of several.
const DESTINATIONS: usize = 10;

/// Events a second of the tenant that has a neighbour: little beside what the
/// machine can do, so that its times tell of waiting.
const NEIGHBOURED_RATE: u64 = 200;

/// Runs every case and prints the table.
pub(crate) async fn all(options: &Options) {
    println!(
        "{}; {} connections, {} byte events, {} s a case\n",
        meter::machine(),
        options.connections,
        options.size,
        options.seconds
    );
    let mut table = Table {
        is_json: options.json,
    };
    if !table.is_json {
        println!("{HEAD}");
    }
    let base = Options {
        rate: Rate::Max,
        endpoints: 1,
        hanging: 0,
        handlers: 1,
        neighbour: Neighbour::None,
        ..options.clone()
    };
    let accept = accept(&mut table, &base).await;
    let whole = whole(&mut table, &base).await;
    let hanging = hanging(&mut table, &base).await;
    neighbours(&mut table, &base).await;
    let starts = cases::backlog(&base).await;
    println!();
    accept.say("accept only / sled ceiling");
    whole.say("end to end in JavaScript / proxy ceiling");
    hanging.say("each of the nine beside a hanging one / each of ten");
    let starts: Vec<_> = starts
        .iter()
        .map(|s| format!("{:.2}", s.as_secs_f64()))
        .collect();
    println!(
        "start with {} queued deliveries, after kill -9: {} s",
        base.backlog,
        starts.join(", ")
    );
}

/// A figure beside its ceiling, measured before and after.
struct Ratio {
    reached: f64,
    before: f64,
    after: f64,
}

impl Ratio {
    fn say(&self, what: &str) {
        let ceiling = f64::midpoint(self.before, self.after);
        println!(
            "{what}: {:.0} / {ceiling:.0} = {:.1} % ({:.1} % of the one before, {:.1} % of the one after)",
            self.reached,
            self.reached / ceiling * 100.0,
            self.reached / self.before * 100.0,
            self.reached / self.after * 100.0,
        );
    }
}

struct Table {
    is_json: bool,
}

impl Table {
    fn print(&mut self, measured: &Measured) {
        if self.is_json {
            println!("{}", measured.json());
        } else {
            println!("{}", measured.row());
        }
    }

    async fn relay(&mut self, name: &str, options: &Options) -> Measured {
        let measured = cases::relay(name, options).await;
        self.print(&measured);
        measured
    }

    async fn proxy(&mut self, options: &Options) -> f64 {
        let measured = cases::proxy("ceiling: bare axum to reqwest proxy", options).await;
        self.print(&measured);
        measured.delivered_per_s.unwrap_or(0.0)
    }

    async fn sled(&mut self, options: &Options) -> f64 {
        let measured = cases::sled("ceiling: group commit on sled alone", options).await;
        self.print(&measured);
        measured.accepted_per_s
    }
}

/// Accepting alone: the one destination never answers its first request, so
/// events are queued and that is all.
async fn accept(table: &mut Table, base: &Options) -> Ratio {
    let options = Options {
        endpoints: 1,
        hanging: 1,
        concurrency_max: 1,
        transform: Transform::None,
        ..base.clone()
    };
    let before = table.sled(base).await;
    let accept = table.relay("accept only", &options).await;
    let after = table.sled(base).await;
    Ratio {
        reached: accept.accepted_per_s,
        before,
        after,
    }
}

/// The whole way, by each kind of transform, and at half of what it can do.
async fn whole(table: &mut Table, base: &Options) -> Ratio {
    let with = |transform| Options {
        transform,
        ..base.clone()
    };
    let before = table.proxy(base).await;
    let javascript = table.relay("JavaScript", &with(Transform::Js)).await;
    let after = table.proxy(base).await;
    table.relay("no transform", &with(Transform::None)).await;
    table.relay("Rust component", &with(Transform::Rust)).await;
    let tenants = Options {
        handlers: TENANTS,
        ..with(Transform::Js)
    };
    let name = format!("JavaScript, {TENANTS} tenants with handlers of their own");
    table.relay(&name, &tenants).await;
    let reached = javascript.delivered_per_s.unwrap_or(0.0);
    let rate = (reached / 2.0).max(1.0) as u64;
    let steady = Options {
        rate: Rate::PerSecond(rate),
        ..with(Transform::Js)
    };
    let name = format!("JavaScript, {rate} a second (open loop)");
    table.relay(&name, &steady).await;
    Ratio {
        reached,
        before,
        after,
    }
}

/// One tenant at a moderate rate: alone, and beside what takes all processor
/// time that it gets: loops outside of the relay, a tenant's ordinary runs, a
/// tenant's runs that never end. In memory, because the disk's own delays, which
/// are longer while the processors are busy, would cover those of the sandbox.
async fn neighbours(table: &mut Table, base: &Options) {
    let memory = PathBuf::from("/dev/shm");
    for neighbour in [
        Neighbour::None,
        Neighbour::Loops,
        Neighbour::Busy,
        Neighbour::Hostile,
    ] {
        let options = Options {
            rate: Rate::PerSecond(NEIGHBOURED_RATE),
            transform: Transform::Js,
            neighbour,
            beneath: memory.is_dir().then(|| memory.clone()),
            ..base.clone()
        };
        let beside = match neighbour {
            Neighbour::None => "alone",
            Neighbour::Loops => "beside loops outside of the relay",
            Neighbour::Busy => "beside a busy tenant",
            Neighbour::Hostile => "beside a hostile tenant",
        };
        let medium = if memory.is_dir() { "in memory, " } else { "" };
        let name = format!("JavaScript, {NEIGHBOURED_RATE} a second, {medium}{beside}");
        table.relay(&name, &options).await;
    }
}

/// Ten destinations: all well, then one that never answers; at full load, and
/// at half of it.
async fn hanging(table: &mut Table, base: &Options) -> Ratio {
    let ten = Options {
        endpoints: DESTINATIONS,
        transform: Transform::Js,
        // What is accepted while the generator runs is ten times that to
        // deliver.
        seconds: base.seconds.div_ceil(2),
        ..base.clone()
    };
    let nine_and_hanging = Options {
        hanging: 1,
        ..ten.clone()
    };
    let each = |measured: &Measured, answering: usize| {
        measured.delivered_per_s.unwrap_or(0.0) / answering as f64
    };
    let name = format!("{DESTINATIONS} destinations");
    let before = table.relay(&name, &ten).await;
    let hanging = table
        .relay("the same, one of them hanging", &nine_and_hanging)
        .await;
    let after = table.relay(&name, &ten).await;
    let rate = (each(&before, DESTINATIONS) / 2.0).max(1.0) as u64;
    for (name, options) in [
        (name, &ten),
        (
            "the same, one of them hanging".to_owned(),
            &nine_and_hanging,
        ),
    ] {
        let steady = Options {
            rate: Rate::PerSecond(rate),
            ..options.clone()
        };
        let name = format!("{name}, {rate} events a second (open loop)");
        table.relay(&name, &steady).await;
    }
    Ratio {
        reached: each(&hanging, DESTINATIONS - 1),
        before: each(&before, DESTINATIONS),
        after: each(&after, DESTINATIONS),
    }
}
