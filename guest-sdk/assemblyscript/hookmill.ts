// Hookmill transforms in AssemblyScript: a transform is one function, `handler`
// of `assembly/index.ts`.
//
//     export function handler(webhook: Webhook, context: Context): Outcome { ... }
//
// It gets the webhook as the event source sent it and changes it into the
// request that the destination wants. Memory is never freed: an instance lives
// for one event. `throw` and a failed assertion end the event, with their words
// in the log. There are no files, no network, no environment and no credentials.

import { Json } from "./json";
import { write } from "./imports";

export { Json };

export enum Method {
  Post,
  Put,
  Patch,
  Delete,
  Get,
}

export class Header {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

/** The webhook; `handler` changes it in place. */
export class Webhook {
  /** Starts as the method of every webhook. */
  method: Method = Method.Post;
  headers: Header[] = [];
  /** True sends nothing. */
  cancel: bool = false;

  constructor(
    /** Input: a change is ignored. */
    public eventType: string,
    /** Starts as the endpoint's URL. */
    public url: string,
    /** The body. It starts as the event's, a JSON object, and is sent byte for byte when it is left alone. */
    public payload: Uint8Array,
  ) {}

  /** The event. */
  json(): Json {
    return Json.parse(this.text());
  }

  /** The body as a text. */
  text(): string {
    return String.UTF8.decodeUnsafe(this.payload.dataStart, this.payload.byteLength);
  }

  /** Sets a header field; an earlier one of the same name is replaced. */
  setHeader(name: string, value: string): void {
    this.removeHeader(name);
    this.headers.push(new Header(name, value));
  }

  /** Makes a value the body. A content type that is not JSON is dropped. */
  setJson(value: Json): void {
    const type = this.header("content-type");
    if (type !== null && !type.toLowerCase().includes("json")) this.removeHeader("content-type");
    this.payload = bytes(value.toString());
  }

  /** Makes a form the body, with its content type. */
  setForm(form: Form): void {
    this.setBody("application/x-www-form-urlencoded", bytes(form.toString()));
  }

  /** Makes a plain text the body, with its content type. */
  setText(text: string): void {
    this.setBody("text/plain; charset=utf-8", bytes(text));
  }

  /** Makes any bytes the body; they are sent as they are. */
  setBody(contentType: string, body: Uint8Array): void {
    this.setHeader("Content-Type", contentType);
    this.payload = body;
  }

  /** A header field's value. */
  header(name: string): string | null {
    const wanted = name.toLowerCase();
    for (let i = 0; i < this.headers.length; i++) {
      if (this.headers[i].name.toLowerCase() == wanted) return this.headers[i].value;
    }
    return null;
  }

  private removeHeader(name: string): void {
    const others: Header[] = [];
    const removed = name.toLowerCase();
    for (let i = 0; i < this.headers.length; i++) {
      if (this.headers[i].name.toLowerCase() != removed) others.push(this.headers[i]);
    }
    this.headers = others;
  }
}

/** What a transform may know besides the webhook. */
export class Context {
  /** The same for every endpoint. */
  eventId: string = "";
  /** The same for every attempt. */
  deliveryId: string = "";
  /** When the event was accepted, in milliseconds since the Unix epoch. This is the clock. */
  receivedAtMs: u64 = 0;
  /** A JSON object, `{}` when there were no parameters. */
  params: string = "{}";

  private env: Header[] = [];

  /** One of the endpoint's variables; empty when it is not set. */
  variable(name: string): string {
    for (let i = 0; i < this.env.length; i++) {
      if (this.env[i].name == name) return this.env[i].value;
    }
    return "";
  }

  /** Sets a variable; for tests. */
  setVariable(name: string, value: string): void {
    this.env.push(new Header(name, value));
  }
}

/** What `handler` says of the event. */
export class Outcome {
  constructor(
    public isFailure: bool,
    public isRetry: bool,
    public reason: string,
  ) {}
}

/** The webhook is as it should be sent, or canceled. */
export function send(): Outcome {
  return new Outcome(false, false, "");
}

/** The event can't be transformed: it is parked until someone replays it. */
export function reject(reason: string): Outcome {
  return new Outcome(true, false, reason);
}

/** Not now: it is tried again by the endpoint's schedule. */
export function retry(reason: string): Outcome {
  return new Outcome(true, true, reason);
}

export enum Level {
  Trace,
  Debug,
  Info,
  Warn,
  Error,
}

/** Adds a message to the attempt's log. */
export function log(level: Level, message: string): void {
  const text = String.UTF8.encode(message, false, String.UTF8.ErrorMode.REPLACE);
  write(level, changetype<usize>(text), text.byteLength);
}

/** A form's fields, in the order in which they were added. */
export class Form {
  private text: string = "";

  /** Adds a field. */
  add(name: string, value: string): Form {
    const field = quoted(name) + "=" + quoted(value);
    this.text = this.text.length ? this.text + "&" + field : field;
    return this;
  }

  toString(): string {
    return this.text;
  }
}

/** A text as forms have it: letters and digits, and the rest by its bytes. */
function quoted(text: string): string {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE));
  let out = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    const isPlain =
      (byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x41 && byte <= 0x5a) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte == 0x2a || byte == 0x2d || byte == 0x2e || byte == 0x5f;
    if (isPlain) {
      out += String.fromCharCode(byte);
    } else if (byte == 0x20) {
      out += "+";
    } else {
      out += "%" + DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
    }
  }
  return out;
}

const DIGITS = "0123456789ABCDEF";

/** A text's bytes in UTF-8. Half a surrogate pair becomes a replacement character. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE));
}
