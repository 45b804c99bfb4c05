// The boundary: the canonical ABI of the world in `wit/transform.wit`, written
// out by hand, as `guest-sdk/boundary.md` describes it. It is what is compiled;
// nobody else uses it. The project's tests hold these offsets against the WIT
// by running components.

import { handler as transform } from "../assembly/index";
import { Context, Header, Outcome, Webhook, bytes } from "./hookmill";
import "./abort";

// A text or list: where it is, and how long.
const AT: usize = 0;
const LENGTH: usize = 4;
// A header or variable.
const NAME: usize = 0;
const VALUE: usize = 8;
const PAIR: usize = 16;
// The webhook.
const EVENT_TYPE: usize = 0;
const URL: usize = 8;
const METHOD: usize = 16;
const HEADERS: usize = 20;
const PAYLOAD: usize = 28;
const CANCEL: usize = 36;
// The context, which stands behind the webhook.
const CONTEXT: usize = 40;
const EVENT_ID: usize = CONTEXT + 0;
const DELIVERY_ID: usize = CONTEXT + 8;
const RECEIVED_AT_MS: usize = CONTEXT + 16;
const ENV: usize = CONTEXT + 24;
const PARAMS: usize = CONTEXT + 32;
// The result: whether it is a failure, then the webhook or the failure.
const ANSWER: usize = 4;
const REASON: usize = ANSWER + 4;
const RESULT: usize = 44;

/** How the host asks for memory. Nothing that it was given ever grows. */
export function cabi_realloc(old: usize, had: usize, _alignment: usize, size: usize): usize {
  const at = heap.alloc(size);
  if (had) memory.copy(at, old, min(had, size));
  return at;
}

export function handler(given: usize): usize {
  const webhook = new Webhook(text(given + EVENT_TYPE), text(given + URL), body(given + PAYLOAD));
  webhook.method = load<u8>(given + METHOD);
  webhook.cancel = load<u8>(given + CANCEL) != 0;
  const headers = load<usize>(given + HEADERS, AT);
  for (let i: usize = 0; i < load<usize>(given + HEADERS, LENGTH); i++) {
    const pair = headers + i * PAIR;
    webhook.headers.push(new Header(text(pair + NAME), text(pair + VALUE)));
  }
  const context = new Context();
  context.eventId = text(given + EVENT_ID);
  context.deliveryId = text(given + DELIVERY_ID);
  context.receivedAtMs = load<u64>(given + RECEIVED_AT_MS);
  const env = load<usize>(given + ENV, AT);
  for (let i: usize = 0; i < load<usize>(given + ENV, LENGTH); i++) {
    const pair = env + i * PAIR;
    context.setVariable(text(pair + NAME), text(pair + VALUE));
  }
  context.params = text(given + PARAMS);
  return answer(webhook, transform(webhook, context));
}

function answer(webhook: Webhook, outcome: Outcome): usize {
  const at = heap.alloc(RESULT);
  store<u8>(at, outcome.isFailure ? 1 : 0);
  if (outcome.isFailure) {
    store<u8>(at, outcome.isRetry ? 1 : 0, ANSWER);
    put(at + REASON, bytes(outcome.reason));
    return at;
  }
  const out = at + ANSWER;
  put(out + EVENT_TYPE, bytes(webhook.eventType));
  put(out + URL, bytes(webhook.url));
  store<u8>(out, <u8>webhook.method, METHOD);
  const count = <usize>webhook.headers.length;
  const headers = heap.alloc(count * PAIR);
  for (let i: usize = 0; i < count; i++) {
    const pair = headers + i * PAIR;
    put(pair + NAME, bytes(webhook.headers[<i32>i].name));
    put(pair + VALUE, bytes(webhook.headers[<i32>i].value));
  }
  store<usize>(out + HEADERS, headers, AT);
  store<usize>(out + HEADERS, count, LENGTH);
  put(out + PAYLOAD, webhook.payload);
  store<u8>(out, webhook.cancel ? 1 : 0, CANCEL);
  return at;
}

function text(at: usize): string {
  return String.UTF8.decodeUnsafe(load<usize>(at, AT), load<usize>(at, LENGTH));
}

function body(at: usize): Uint8Array {
  const length = load<usize>(at, LENGTH);
  const copy = new Uint8Array(<i32>length);
  memory.copy(copy.dataStart, load<usize>(at, AT), length);
  return copy;
}

function put(at: usize, bytes: Uint8Array): void {
  store<usize>(at, bytes.dataStart, AT);
  store<usize>(at, bytes.byteLength, LENGTH);
}
