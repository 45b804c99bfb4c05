// The globals that handlers find beside the language itself (ES2023). This is
// all: there is no `fetch`, no timer, no `require`, no `process`, no `Buffer`.

/** Writes to the attempt's log, which is cut at the endpoint's `log_bytes_max`. */
declare const console: {
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  trace(...values: unknown[]): void;
  dir(value?: unknown, options?: { depth?: number | null }): void;
  dirxml(...values: unknown[]): void;
  table(rows?: unknown, columns?: string[]): void;
  group(...values: unknown[]): void;
  groupCollapsed(...values: unknown[]): void;
  groupEnd(): void;
  count(label?: string): void;
  countReset(label?: string): void;
  /** Time stands still while a handler runs: a timer shows 0 ms. */
  time(label?: string): void;
  timeLog(label?: string, ...values: unknown[]): void;
  timeEnd(label?: string): void;
  /** These three do nothing. */
  timeStamp(label?: string): void;
  profile(label?: string): void;
  profileEnd(label?: string): void;
  assert(condition?: unknown, ...values: unknown[]): void;
};

/** Bytes, or a text that stands for its bytes in UTF-8. */
type HashInput = string | ArrayBuffer | ArrayBufferView;

/** How a text stands for bytes. */
type TextForm = "utf8" | "utf-8" | "hex" | "base64" | "base64url" | "latin1" | "binary";

/** A hash under way. */
interface Digest {
  /** Adds to what is hashed; a text is UTF-8 unless its form is named. */
  update(data: ArrayBuffer | ArrayBufferView): this;
  update(data: string, form?: TextForm): this;
  /** Ends it; the hash can't be used afterwards. */
  digest(): Uint8Array;
  digest(encoding: "buffer"): Uint8Array;
  digest(encoding: "hex" | "base64" | "base64url" | "latin1" | "binary"): string;
}

/** A hash without a key, which can be gone on with in two ways. */
interface Hash extends Digest {
  copy(): Hash;
}

/**
 * Random numbers, which repeat: the same delivery draws the same ones at every
 * attempt, so no secret may be made of them. And hashes, which need no
 * `await`.
 */
declare const crypto: {
  /** A version 4 UUID. Usable as an idempotency key. */
  randomUUID(): string;
  getRandomValues<Target extends ArrayBufferView>(target: Target): Target;
  /** As in `node:crypto`. */
  createHash(algorithm: "sha256"): Hash;
  /** As in `node:crypto`. The key is the endpoint's variable or part of the event. */
  createHmac(algorithm: "sha256", key: HashInput): Digest;
};

/** Time stands still while a handler runs; `Date` shows when the event came. */
declare const performance: {
  /** Always 0. */
  now(): number;
  readonly timeOrigin: number;
};

/** Decodes base64 to a text of characters up to U+00FF. */
declare function atob(data: string): string;
/** Encodes a text of characters up to U+00FF as base64. For others, encode the bytes. */
declare function btoa(data: string): string;

/**
 * A deep copy, as the HTML standard makes it. Functions, symbols, promises,
 * weak collections and the web's objects throw a `DataCloneError`.
 */
declare function structuredClone<Value>(value: Value, options?: { transfer?: Iterable<ArrayBuffer> }): Value;

/** What `atob`, `btoa`, `structuredClone` and `crypto.getRandomValues` throw. */
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

declare class TextEncoder {
  readonly encoding: string;
  encode(text?: string): Uint8Array;
  /** Fills the bytes with as many whole characters as fit. */
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  /** UTF-8, UTF-16 (`utf-16le`, `utf-16be`) or windows-1252 (`latin1`), by any of the standard's names. */
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}

/** WHATWG URLs. A host is ASCII: write international names in Punycode. */
declare class URL {
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  static parse(url: string | URL, base?: string | URL): URL | null;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
  toJSON(): string;
}

declare class URLSearchParams {
  constructor(init?: string | URLSearchParams | Iterable<[string, string]> | { [name: string]: string });
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  forEach(visit: (value: string, name: string, params: URLSearchParams) => void, self?: unknown): void;
  entries(): IterableIterator<[string, string]>;
  keys(): IterableIterator<string>;
  values(): IterableIterator<string>;
  toString(): string;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
