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
    /// Bytes; forwarded as they came when they are left alone. JSON, unless
    /// `setBody`, `setText` or `setForm` says otherwise.
    payload: []const u8,
    /// True sends nothing.
    cancel: bool = false,

    /// Sets a header field, or replaces the one of that name in any case.
    pub fn setHeader(webhook: *Webhook, context: *const Context, name: []const u8, value: []const u8) !void {
        var count = webhook.headers.len;
        for (webhook.headers, 0..) |header, at| {
            if (std.ascii.eqlIgnoreCase(header.name, name)) count = at;
        }
        const length = @max(webhook.headers.len, count + 1);
        const headers = try context.allocator.alloc(Header, length);
        @memcpy(headers[0..webhook.headers.len], webhook.headers);
        headers[count] = .{ .name = name, .value = value };
        webhook.headers = headers;
    }

    /// Replaces the payload by bytes of any content type.
    pub fn setBody(webhook: *Webhook, context: *const Context, content_type: []const u8, body: []const u8) !void {
        try webhook.setHeader(context, "content-type", content_type);
        webhook.payload = body;
    }

    /// Replaces the payload by a plain text.
    pub fn setText(webhook: *Webhook, context: *const Context, text: []const u8) !void {
        try webhook.setBody(context, "text/plain;charset=UTF-8", text);
    }

    /// Replaces the payload by a form's fields.
    pub fn setForm(webhook: *Webhook, context: *const Context, fields: []const Variable) !void {
        var form: std.ArrayList(u8) = .empty;
        for (fields, 0..) |field, at| {
            if (at > 0) try form.append(context.allocator, '&');
            try appendFormPart(&form, context, field.name);
            try form.append(context.allocator, '=');
            try appendFormPart(&form, context, field.value);
        }
        try webhook.setBody(context, "application/x-www-form-urlencoded;charset=UTF-8", form.items);
    }
};

/// A name or a value as the WHATWG URL Standard writes it.
fn appendFormPart(form: *std.ArrayList(u8), context: *const Context, text: []const u8) !void {
    for (text) |byte| switch (byte) {
        ' ' => try form.append(context.allocator, '+'),
        '0'...'9', 'A'...'Z', 'a'...'z', '*', '-', '.', '_' => try form.append(context.allocator, byte),
        else => {
            const digits = "0123456789ABCDEF";
            const escape = [_]u8{ '%', digits[byte >> 4], digits[byte & 15] };
            try form.appendSlice(context.allocator, &escape);
        },
    };
}

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

test "a form and a text say what they are" {
    var arena = std.heap.ArenaAllocator.init(std.testing.allocator);
    defer arena.deinit();
    var failure: Failure = .{};
    const context: Context = .{ .allocator = arena.allocator(), .failure = &failure };
    const json = [_]Header{.{ .name = "Content-Type", .value = "application/json" }};
    var webhook: Webhook = .{ .event_type = "", .url = "", .payload = "{}", .headers = &json };
    try webhook.setForm(&context, &.{
        .{ .name = "To", .value = "+49 1" },
        .{ .name = "Body", .value = "a&b=\u{e9} ~*" },
    });
    try std.testing.expectEqualStrings("To=%2B49+1&Body=a%26b%3D%C3%A9+%7E*", webhook.payload);
    try std.testing.expectEqual(1, webhook.headers.len);
    try std.testing.expectEqualStrings("application/x-www-form-urlencoded;charset=UTF-8", webhook.headers[0].value);
    try webhook.setText(&context, "hello");
    try std.testing.expectEqualStrings("text/plain;charset=UTF-8", webhook.headers[0].value);
    try webhook.setHeader(&context, "X-A", "1");
    try std.testing.expectEqual(2, webhook.headers.len);
}
