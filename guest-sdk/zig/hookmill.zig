//! Hookmill transforms in Zig: a transform is one function.
//!
//!     const hookmill = @import("sdk/hookmill.zig");
//!     comptime { hookmill.transform(handler); }
//!     fn handler(webhook: *hookmill.Webhook, context: *const hookmill.Context) !void { ... }
//!
//! It gets the webhook as the event source sent it and changes it into the
//! request that the destination wants. JSON is `std.json`. Memory comes from
//! `context.allocator` and is never freed: an instance lives for one event.
//! There are no files, no network, no environment and no credentials here.

const std = @import("std");
const builtin = @import("builtin");
const abi = @import("hookmill_abi.zig");

pub const Method = enum(u8) { post, put, patch, delete, get };

pub const Header = struct { name: []const u8, value: []const u8 };

pub const Variable = struct { name: []const u8, value: []const u8 };

/// The webhook; `handler` changes it in place.
pub const Webhook = struct {
    /// Input: a change is ignored.
    event_type: []const u8,
    /// Starts as the endpoint's URL.
    url: []const u8,
    method: Method = .post,
    headers: []const Header = &.{},
    /// JSON; forwarded byte for byte when it is left alone.
    payload: []const u8,
    /// True sends nothing.
    cancel: bool = false,
};

/// What a transform may know besides the webhook.
pub const Context = struct {
    allocator: std.mem.Allocator,
    /// The same for every endpoint.
    event_id: []const u8 = "",
    /// The same for every attempt.
    delivery_id: []const u8 = "",
    received_at_ms: u64 = 0,
    /// The endpoint's variables, ordered by name.
    env: []const Variable = &.{},
    /// A JSON object; `{}` when there are none.
    params: []const u8 = "{}",
    failure: *Failure,

    /// One of the endpoint's variables.
    pub fn variable(context: *const Context, name: []const u8) ?[]const u8 {
        for (context.env) |one| {
            if (std.mem.eql(u8, one.name, name)) return one.value;
        }
        return null;
    }

    /// The event can't be transformed: it is parked until someone replays it.
    /// To be returned; other errors of `handler` do the same by their names.
    pub fn reject(context: *const Context, reason: []const u8) error{Rejected} {
        context.failure.* = .{ .reason = reason };
        return error.Rejected;
    }

    /// Not now: it is tried again by the endpoint's schedule. To be returned.
    pub fn retry(context: *const Context, reason: []const u8) error{Retried} {
        context.failure.* = .{ .reason = reason };
        return error.Retried;
    }
};

/// Why there is no request; filled by `reject` and `retry`.
pub const Failure = struct { reason: []const u8 = "" };

pub const Level = enum(u32) { trace, debug, info, warn, err };

/// Makes a function the component's `handler`: any that takes `*Webhook` and
/// `*const Context` and gives `void` or an error.
pub fn transform(comptime handler: anytype) void {
    if (builtin.target.cpu.arch.isWasm()) abi.exportHandler(handler);
}

/// Adds a message to the attempt's log; on the host, to standard error.
pub fn log(level: Level, message: []const u8) void {
    if (builtin.target.cpu.arch.isWasm()) {
        abi.write(@backingInt(level), message.ptr, message.len);
    } else {
        std.debug.print("{t}: {s}\n", .{ level, message });
    }
}

/// When the event was accepted, in milliseconds since the Unix epoch.
pub fn nowMs(context: *const Context) u64 {
    return context.received_at_ms;
}

/// Minor units of a currency as the number that people write: 4999 of USD is
/// 49.99, 1500 of JPY 1500. Exact; an unknown currency counts in hundredths.
pub const Money = struct {
    minor: i64,
    currency: []const u8,

    pub fn jsonStringify(money: Money, to: anytype) !void {
        const per_major: u64 = minorPerMajor(money.currency);
        const amount = @abs(money.minor);
        const sign = if (money.minor < 0) "-" else "";
        var rest = amount % per_major;
        if (rest == 0) return to.print("{s}{d}", .{ sign, amount / per_major });
        var digits: usize = if (per_major == 1000) 3 else 2;
        while (rest % 10 == 0) : (digits -= 1) rest /= 10;
        try to.print("{s}{d}.{d:0>[3]}", .{ sign, amount / per_major, rest, digits });
    }
};

fn minorPerMajor(currency: []const u8) u64 {
    const whole = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
    if (isListed(currency, whole)) return 1;
    return if (isListed(currency, "BHD IQD JOD KWD LYD OMR TND")) 1000 else 100;
}

fn isListed(currency: []const u8, list: []const u8) bool {
    var names = std.mem.splitScalar(u8, list, ' ');
    while (names.next()) |name| {
        if (std.mem.eql(u8, name, currency)) return true;
    }
    return false;
}

/// Reads JSON into a type. Members that the type does not have are skipped; of
/// two with one name the last counts.
pub fn parse(comptime T: type, context: *const Context, text: []const u8) !T {
    return std.json.parseFromSliceLeaky(T, context.allocator, text, .{
        .ignore_unknown_fields = true,
        .duplicate_field_behavior = .use_last,
    });
}

/// Writes a value as JSON. Optional members that are null are left out.
pub fn stringify(context: *const Context, value: anytype) ![]const u8 {
    const options: std.json.Stringify.Options = .{ .emit_null_optional_fields = false };
    return std.json.Stringify.valueAlloc(context.allocator, value, options);
}

test "amounts are written as people write them" {
    const table = .{
        .{ 4999, "USD", "49.99" }, .{ 8150, "EUR", "81.5" },        .{ 100, "EUR", "1" },
        .{ 5, "EUR", "0.05" },     .{ -5, "EUR", "-0.05" },         .{ 0, "EUR", "0" },
        .{ 1500, "JPY", "1500" },  .{ 12345, "KWD", "12.345" },     .{ 12050, "KWD", "12.05" },
        .{ 10, "", "0.1" },        .{ -123456, "XXX", "-1234.56" },
    };
    inline for (table) |row| {
        const money = Money{ .minor = row[0], .currency = row[1] };
        const text = try std.json.Stringify.valueAlloc(std.testing.allocator, money, .{});
        defer std.testing.allocator.free(text);
        try std.testing.expectEqualStrings(row[2], text);
    }
}
