//! The kernel and the limits that this process lives under.
//!
//! Only Linux says what is asked here; elsewhere the checks are left out.

use super::check::Check;
use crate::caps::{ADDRESS_BYTES_MIN, FILES_MIN, KERNEL_MIN, MAPPINGS_MIN};
use rustix::process::{Resource, getrlimit};
use std::fs;

/// All checks of the machine.
pub(super) fn checks() -> Vec<Check> {
    let found = [
        kernel(),
        Some(processors()),
        Some(open_files()),
        Some(address_space()),
        overcommit(),
        mappings(),
    ];
    found.into_iter().flatten().collect()
}

fn kernel() -> Option<Check> {
    let release = read("/proc/sys/kernel/osrelease")?;
    let mut numbers = release.split(['.', '-']).map(str::parse::<u32>);
    let version = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    let detail = format!("Linux {release}");
    Some(if version < KERNEL_MIN {
        let (major, minor) = KERNEL_MIN;
        let advice = format!("Hookmill is tested on Linux {major}.{minor} and later");
        Check::warn("kernel", detail, &advice)
    } else {
        Check::ok("kernel", detail)
    })
}

fn processors() -> Check {
    match std::thread::available_parallelism() {
        Ok(count) => Check::ok("processors", format!("{count}, as many sandbox threads")),
        Err(error) => Check::warn("processors", error.to_string(), "set [sandbox] threads"),
    }
}

fn open_files() -> Check {
    let limit = getrlimit(Resource::Nofile);
    let (now, max) = (limit.current, limit.maximum);
    let shown = |limit: Option<u64>| limit.map_or("unlimited".to_owned(), |n| n.to_string());
    let detail = format!("{}, can be raised to {}", shown(now), shown(max));
    if now.is_some_and(|now| now < FILES_MIN) {
        let advice = format!(
            "run `ulimit -n {FILES_MIN}` before `hookmill serve`, or set LimitNOFILE={FILES_MIN} in its unit"
        );
        Check::warn("open files", detail, &advice)
    } else {
        Check::ok("open files", detail)
    }
}

fn address_space() -> Check {
    match getrlimit(Resource::As).current {
        Some(bytes) if bytes < ADDRESS_BYTES_MIN => Check::fail(
            "address space",
            format!("limited to {bytes} bytes"),
            "the sandbox reserves much more than it uses: run `ulimit -v unlimited`",
        ),
        _ => Check::ok("address space", "enough"),
    }
}

fn overcommit() -> Option<Check> {
    let mode = read("/proc/sys/vm/overcommit_memory")?;
    Some(if mode == "2" {
        Check::warn(
            "overcommit",
            "vm.overcommit_memory is 2",
            "reserved address space may be refused: `sysctl vm.overcommit_memory=0`",
        )
    } else {
        Check::ok("overcommit", format!("vm.overcommit_memory is {mode}"))
    })
}

fn mappings() -> Option<Check> {
    let count: u64 = read("/proc/sys/vm/max_map_count")?.parse().ok()?;
    let detail = format!("vm.max_map_count is {count}");
    Some(if count < MAPPINGS_MIN {
        let advice = format!("`sysctl vm.max_map_count={MAPPINGS_MIN}`");
        Check::warn("mappings", detail, &advice)
    } else {
        Check::ok("mappings", detail)
    })
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}
