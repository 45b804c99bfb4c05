//! Reads limits from the file, each within its range.

use super::caps::PAGE_BYTES;
use super::table::Table;
use super::value::Value;
use hookmill_domain::caps::SandboxCaps;
use std::ops::RangeInclusive;

/// The sandbox limits of a tenant or endpoint: what its `limits` name, and for
/// the rest those that hold where it stands.
pub(super) fn read_limits(table: &Table<'_>, around: SandboxCaps) -> SandboxCaps {
    let mut limits = around;
    if let Some(table) = table.table("limits") {
        read_sandbox(&table, &mut limits);
        table.finish();
    }
    limits
}

/// Reads the sandbox limits of a table; those it does not name stay.
pub(super) fn read_sandbox(table: &Table<'_>, caps: &mut SandboxCaps) {
    const TOP: SandboxCaps = SandboxCaps::CEILING;
    if let Some(value) = table.get("fuel_max") {
        set(&mut caps.fuel_max, &value, 1..=TOP.fuel_max);
    }
    if let Some(value) = table.get("deadline_ms") {
        set(&mut caps.deadline_ms, &value, 1..=TOP.deadline_ms);
    }
    if let Some(value) = table.get("memory_bytes_max") {
        let field = &mut caps.memory_bytes_max;
        set_usize(field, &value, PAGE_BYTES..=TOP.memory_bytes_max);
    }
    if let Some(value) = table.get("output_bytes_max") {
        set_usize(&mut caps.output_bytes_max, &value, 1..=TOP.output_bytes_max);
    }
    if let Some(value) = table.get("log_bytes_max") {
        set_usize(&mut caps.log_bytes_max, &value, 0..=TOP.log_bytes_max);
    }
}

/// Sets a limit to a value that is in range; what is not is reported.
pub(super) fn set(field: &mut u64, value: &Value<'_>, range: RangeInclusive<u64>) {
    if let Some(found) = value.integer(range) {
        *field = found;
    }
}

/// Sets a limit that is a size in memory to a value that is in range.
pub(super) fn set_usize(field: &mut usize, value: &Value<'_>, range: RangeInclusive<usize>) {
    let (min, max) = range.into_inner();
    let mut found = *field as u64;
    set(&mut found, value, min as u64..=max as u64);
    // Within the range, whose ends are sizes.
    *field = found as usize;
}
