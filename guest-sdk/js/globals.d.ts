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
  dir(value?: unknown): void;
  assert(condition?: unknown, ...values: unknown[]): void;
};

/** Bytes, or a text that stands for its bytes in UTF-8. */
type HashInput = string | ArrayBuffer | ArrayBufferView;

/** A hash under way. */
interface Digest {
  /** Adds to what is hashed. */
  update(data: HashInput): this;
  /** Ends it; the hash can't be used afterwards. */
  digest(): Uint8Array;
  digest(encoding: "hex" | "base64" | "base64url"): string;
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
  createHash(algorithm: "sha256"): Digest;
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

/** A deep copy of plain values, dates, maps, sets, errors and typed arrays. */
declare function structuredClone<Value>(value: Value): Value;

/** What `atob` and `btoa` throw. */
declare class DOMException extends Error {
  constructor(message?: string, name?: string);
  readonly code: number;
}

declare class TextEncoder {
  readonly encoding: string;
  encode(text?: string): Uint8Array;
}

declare class TextDecoder {
  constructor(label?: "utf-8" | "utf8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
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
