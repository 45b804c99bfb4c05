//! The boundary: the canonical ABI of the world in `wit/transform.wit`, written
//! out by hand. Nobody but `hookmill.zig` uses it. The project's tests hold
//! these layouts against the WIT by running components.

const hookmill = @import("hookmill.zig");
const memory = @import("hookmill_memory.zig");

pub extern "hookmill:transform/log@1.0.0" fn write(level: u32, at: [*]const u8, len: usize) void;

const allocator = memory.allocator;

const Text = extern struct {
    at: [*]const u8,
    len: usize,

    /// Zig's empty slices may point anywhere; the host wants even those to
    /// lie in memory.
    fn of(slice: []const u8) Text {
        if (slice.len == 0) return .{ .at = "", .len = 0 };
        return .{ .at = slice.ptr, .len = slice.len };
    }

    fn bytes(text: Text) []const u8 {
        return text.at[0..text.len];
    }
};

/// A header or a variable: a name and a value.
const Pair = extern struct { name: Text, value: Text };

const Pairs = extern struct { at: [*]const Pair, len: usize };

const Webhook = extern struct {
    event_type: Text,
    url: Text,
    method: hookmill.Method,
    headers: Pairs,
    payload: Text,
    cancel: bool,
};

const Context = extern struct {
    event_id: Text,
    delivery_id: Text,
    received_at_ms: u64,
    env: Pairs,
    params: Text,
};

const Parameters = extern struct { webhook: Webhook, context: Context };

const Result = extern struct {
    is_failure: bool,
    value: extern union {
        webhook: Webhook,
        failure: extern struct { is_retry: bool, reason: Text },
    },
};

var answer: Result = undefined;

pub fn exportHandler(comptime handler: anytype) void {
    const boundary = struct {
        fn call(given: *const Parameters) callconv(.c) *const Result {
            answer = run(handler, given) catch |reason| failed(reason, "");
            return &answer;
        }
    };
    @export(&boundary.call, .{ .name = "handler" });
    @export(&realloc, .{ .name = "cabi_realloc" });
}

fn run(comptime handler: anytype, given: *const Parameters) !Result {
    var failure: hookmill.Failure = .{};
    const context: hookmill.Context = .{
        .allocator = allocator,
        .event_id = given.context.event_id.bytes(),
        .delivery_id = given.context.delivery_id.bytes(),
        .received_at_ms = given.context.received_at_ms,
        .env = try lift(hookmill.Variable, given.context.env),
        .params = given.context.params.bytes(),
        .failure = &failure,
    };
    var webhook: hookmill.Webhook = .{
        .event_type = given.webhook.event_type.bytes(),
        .url = given.webhook.url.bytes(),
        .method = given.webhook.method,
        .headers = try lift(hookmill.Header, given.webhook.headers),
        .payload = given.webhook.payload.bytes(),
        .cancel = given.webhook.cancel,
    };
    handler(&webhook, &context) catch |reason| return failed(reason, failure.reason);
    return .{ .is_failure = false, .value = .{ .webhook = .{
        .event_type = .of(webhook.event_type),
        .url = .of(webhook.url),
        .method = webhook.method,
        .headers = try lower(webhook.headers),
        .payload = .of(webhook.payload),
        .cancel = webhook.cancel,
    } } };
}

fn failed(reason: anyerror, words: []const u8) Result {
    const text = if (words.len > 0) words else @errorName(reason);
    return .{ .is_failure = true, .value = .{
        .failure = .{ .is_retry = reason == error.Retried, .reason = .of(text) },
    } };
}

fn lift(comptime T: type, pairs: Pairs) ![]const T {
    const all = try allocator.alloc(T, pairs.len);
    for (all, pairs.at[0..pairs.len]) |*one, pair| {
        one.* = .{ .name = pair.name.bytes(), .value = pair.value.bytes() };
    }
    return all;
}

fn lower(headers: []const hookmill.Header) !Pairs {
    if (headers.len == 0) return .{ .at = &.{}, .len = 0 };
    const pairs = try allocator.alloc(Pair, headers.len);
    for (pairs, headers) |*pair, header| {
        pair.* = .{ .name = .of(header.name), .value = .of(header.value) };
    }
    return .{ .at = pairs.ptr, .len = pairs.len };
}

/// How the host asks for memory. Nothing that it was given ever grows.
fn realloc(old: ?[*]u8, had: usize, alignment: usize, size: usize) callconv(.c) [*]u8 {
    const at = memory.take(size, alignment) orelse @trap();
    if (old) |from| @memcpy(at[0..@min(had, size)], from[0..@min(had, size)]);
    return at;
}
