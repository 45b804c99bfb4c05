//! Payments and subscriptions to Segment's HTTP tracking API, the same requests
//! as `../handler.js` and `../rust` make.
//!
//! What happens to a customer becomes a `track` call; `subscription.updated`
//! becomes an `identify` call with the traits as they are now. Events that are
//! not listed are canceled, so that no raw event ever reaches the vendor. Must
//! not set credentials: Hookmill adds the write key afterwards.

const std = @import("std");
const hookmill = @import("sdk/hookmill.zig");
const Money = hookmill.Money;

comptime {
    hookmill.transform(handler);
}

const tracked = std.StaticStringMap([]const u8).initComptime(.{
    .{ "payment.succeeded", "Payment Succeeded" },
    .{ "payment.failed", "Payment Failed" },
    .{ "subscription.active", "Subscription Started" },
    .{ "subscription.renewed", "Subscription Renewed" },
    .{ "subscription.on_hold", "Subscription On Hold" },
    .{ "subscription.plan_changed", "Subscription Plan Changed" },
    .{ "subscription.cancelled", "Subscription Cancelled" },
    .{ "subscription.expired", "Subscription Expired" },
});

pub fn handler(webhook: *hookmill.Webhook, context: *const hookmill.Context) !void {
    const kind = webhook.event_type;
    const call = if (tracked.get(kind)) |name| track: {
        webhook.payload = if (std.mem.startsWith(u8, kind, "payment."))
            try trackPayment(name, webhook, context)
        else
            try trackSubscription(name, webhook, context);
        break :track "track";
    } else if (std.mem.eql(u8, kind, "subscription.updated")) identify: {
        webhook.payload = try identify(webhook, context);
        break :identify "identify";
    } else {
        webhook.cancel = true;
        return;
    };
    const is_european = std.mem.eql(u8, context.variable("REGION") orelse "", "eu");
    const host = if (is_european) "events.eu1.segmentapis.com" else "api.segment.io";
    webhook.url = try std.mem.concat(context.allocator, u8, &.{ "https://", host, "/v1/", call });
}

fn Event(comptime Data: type) type {
    return struct { timestamp: []const u8, data: Data };
}

const Customer = struct {
    customer_id: []const u8,
    email: []const u8,
    name: []const u8,
    phone_number: ?[]const u8 = null,
};

const Product = struct { product_id: []const u8, quantity: i64 };

const Payment = struct {
    payment_id: []const u8,
    subscription_id: ?[]const u8 = null,
    total_amount: i64,
    tax: ?i64 = null,
    currency: []const u8,
    payment_method: ?[]const u8 = null,
    product_cart: ?[]const Product = null,
    error_code: ?[]const u8 = null,
    error_message: ?[]const u8 = null,
    customer: Customer,
};

const Subscription = struct {
    subscription_id: []const u8,
    product_id: []const u8,
    quantity: i64,
    status: []const u8,
    recurring_pre_tax_amount: i64,
    currency: []const u8,
    payment_frequency_interval: []const u8,
    payment_frequency_count: i64,
    next_billing_date: []const u8,
    cancel_at_next_billing_date: bool,
    cancelled_at: ?[]const u8 = null,
    cancellation_feedback: ?[]const u8 = null,
    customer_business_name: ?[]const u8 = null,
    customer: Customer,
};

const Person = struct { email: []const u8, name: []const u8, phone: ?[]const u8 };

fn person(customer: Customer) Person {
    return .{ .email = customer.email, .name = customer.name, .phone = customer.phone_number };
}

fn trackPayment(
    name: []const u8,
    webhook: *const hookmill.Webhook,
    context: *const hookmill.Context,
) ![]const u8 {
    const event = try hookmill.parse(Event(Payment), context, webhook.payload);
    const data = event.data;
    const value: Money = .{ .minor = data.total_amount, .currency = data.currency };
    const succeeded = std.mem.eql(u8, webhook.event_type, "payment.succeeded");
    return hookmill.stringify(context, .{
        .userId = data.customer.customer_id,
        .event = name,
        .messageId = try std.mem.concat(context.allocator, u8, &.{ webhook.event_type, ":", data.payment_id }),
        .timestamp = event.timestamp,
        .properties = .{
            .payment_id = data.payment_id,
            .subscription_id = data.subscription_id,
            .revenue = if (succeeded) @as(?Money, value) else null,
            .value = value,
            .tax = if (data.tax) |tax| @as(?Money, .{ .minor = tax, .currency = data.currency }) else null,
            .currency = data.currency,
            .payment_method = data.payment_method,
            .products = data.product_cart,
            .error_code = data.error_code,
            .error_message = data.error_message,
        },
        .context = .{ .traits = person(data.customer) },
    });
}

fn trackSubscription(
    name: []const u8,
    webhook: *const hookmill.Webhook,
    context: *const hookmill.Context,
) ![]const u8 {
    const event = try hookmill.parse(Event(Subscription), context, webhook.payload);
    const data = event.data;
    return hookmill.stringify(context, .{
        .userId = data.customer.customer_id,
        .event = name,
        .messageId = try repeatableId(webhook, context, data, event.timestamp),
        .timestamp = event.timestamp,
        .properties = .{
            .subscription_id = data.subscription_id,
            .product_id = data.product_id,
            .quantity = data.quantity,
            .status = data.status,
            .value = Money{ .minor = data.recurring_pre_tax_amount, .currency = data.currency },
            .currency = data.currency,
            .interval = data.payment_frequency_interval,
            .interval_count = data.payment_frequency_count,
            .next_billing_date = data.next_billing_date,
            .cancel_at_next_billing_date = data.cancel_at_next_billing_date,
            .cancelled_at = data.cancelled_at,
            .cancellation_feedback = data.cancellation_feedback,
        },
        .context = .{ .traits = person(data.customer) },
    });
}

fn identify(webhook: *const hookmill.Webhook, context: *const hookmill.Context) ![]const u8 {
    const event = try hookmill.parse(Event(Subscription), context, webhook.payload);
    const data = event.data;
    const Company = struct { name: []const u8 };
    const business = data.customer_business_name orelse "";
    return hookmill.stringify(context, .{
        .userId = data.customer.customer_id,
        .messageId = try repeatableId(webhook, context, data, event.timestamp),
        .timestamp = event.timestamp,
        .traits = .{
            .email = data.customer.email,
            .name = data.customer.name,
            .phone = data.customer.phone_number,
            .company = if (business.len > 0) @as(?Company, .{ .name = business }) else null,
            .plan = data.product_id,
            .subscription_status = data.status,
        },
    });
}

/// A subscription may renew, or start again after a pause, within the day for
/// which Segment remembers ids: the instant keeps those apart.
fn repeatableId(
    webhook: *const hookmill.Webhook,
    context: *const hookmill.Context,
    data: Subscription,
    timestamp: []const u8,
) ![]const u8 {
    const parts = [_][]const u8{ webhook.event_type, ":", data.subscription_id, ":", timestamp };
    return std.mem.concat(context.allocator, u8, &parts);
}

test "a payment becomes a track call" {
    var arena = std.heap.ArenaAllocator.init(std.testing.allocator);
    defer arena.deinit();
    var failure: hookmill.Failure = .{};
    const region = [_]hookmill.Variable{.{ .name = "REGION", .value = "eu" }};
    const context: hookmill.Context = .{ .allocator = arena.allocator(), .env = &region, .failure = &failure };
    var webhook: hookmill.Webhook = .{ .event_type = "payment.failed", .url = "", .payload =
        \\{"timestamp":"t","data":{"payment_id":"p","total_amount":4999,"currency":"USD",
        \\"customer":{"customer_id":"c","email":"e","name":"n"}}}
    };
    try handler(&webhook, &context);
    try std.testing.expectEqualStrings("https://events.eu1.segmentapis.com/v1/track", webhook.url);
    try std.testing.expectEqualStrings(
        \\{"userId":"c","event":"Payment Failed","messageId":"payment.failed:p","timestamp":"t",
    ++
        \\"properties":{"payment_id":"p","value":49.99,"currency":"USD"},
    ++
        \\"context":{"traits":{"email":"e","name":"n"}}}
    , webhook.payload);
}

test "what lacks its customer is an error" {
    var arena = std.heap.ArenaAllocator.init(std.testing.allocator);
    defer arena.deinit();
    var failure: hookmill.Failure = .{};
    const context: hookmill.Context = .{ .allocator = arena.allocator(), .failure = &failure };
    var webhook: hookmill.Webhook = .{ .event_type = "payment.failed", .url = "", .payload = "{\"data\":{}}" };
    try std.testing.expectError(error.MissingField, handler(&webhook, &context));
}
