//! Puts whoever paid on a list: `payment.succeeded` becomes a request to the
//! list's members. Every other event is canceled, so that nothing is sent.
//!
//! Credentials don't belong here: Hookmill adds them afterwards.

const std = @import("std");
const hookmill = @import("sdk/hookmill.zig");

comptime {
    hookmill.transform(handler);
}

/// What is read of the event.
const Event = struct {
    data: struct {
        customer: struct { email: []const u8, name: []const u8 },
        total_amount: i64,
        currency: []const u8,
    },
};

fn handler(webhook: *hookmill.Webhook, context: *const hookmill.Context) !void {
    if (!std.mem.eql(u8, webhook.event_type, "payment.succeeded")) {
        webhook.cancel = true;
        return;
    }
    const list = context.variable("LIST_ID") orelse
        return context.reject("set the variable LIST_ID");
    const event = try hookmill.parse(Event, context, webhook.payload);
    const data = event.data;
    webhook.payload = try hookmill.stringify(context, .{
        .email = data.customer.email,
        .name = data.customer.name,
        .paid = data.total_amount, // in the currency's smallest unit
        .currency = data.currency,
    });
    const parts = [_][]const u8{ "https://api.example.com/lists/", list, "/members" };
    webhook.url = try std.mem.concat(context.allocator, u8, &parts);
    webhook.headers = &.{.{ .name = "Accept", .value = "application/json" }};
}

const testing = std.testing;

const payment =
    \\{"data":{"customer":{"email":"a@example.org","name":"Ada"},"total_amount":1,"currency":"EUR"}}
;

/// Runs the handler over an event, with these variables.
fn run(event_type: []const u8, env: []const hookmill.Variable, memory: std.mem.Allocator) !hookmill.Webhook {
    var failure: hookmill.Failure = .{};
    const context: hookmill.Context = .{ .allocator = memory, .env = env, .failure = &failure };
    var webhook: hookmill.Webhook = .{
        .event_type = event_type,
        .url = "https://relay.invalid/default",
        .payload = payment,
    };
    try handler(&webhook, &context);
    return webhook;
}

test "a payment goes to the list's members" {
    var arena = std.heap.ArenaAllocator.init(testing.allocator);
    defer arena.deinit();
    const list = [_]hookmill.Variable{.{ .name = "LIST_ID", .value = "7" }};
    const webhook = try run("payment.succeeded", &list, arena.allocator());
    try testing.expectEqualStrings("https://api.example.com/lists/7/members", webhook.url);
    try testing.expectEqualStrings(
        \\{"email":"a@example.org","name":"Ada","paid":1,"currency":"EUR"}
    , webhook.payload);
}

test "other events are canceled" {
    const webhook = try run("refund.succeeded", &.{}, testing.allocator);
    try testing.expect(webhook.cancel);
}

test "without a list the event is rejected" {
    try testing.expectError(error.Rejected, run("payment.succeeded", &.{}, testing.allocator));
}
