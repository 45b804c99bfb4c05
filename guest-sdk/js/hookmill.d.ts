// What a handler gets, what it may return, and what it finds around it.
//
//   import type { Handler, PaymentSucceeded } from "hookmill";
//
// or, without an import, as `Hookmill.Webhook` wherever this package is among
// the `types` of tsconfig.json. There is no code behind any of it. Use
// `"lib": ["es2023"]`: the libraries of browsers and of Node.js declare much
// that does not exist here.

/// <reference path="./globals.d.ts" />

export * from "./dodo";
export as namespace Hookmill;

/**
 * The methods of a request, in any case. `DELETE` and `GET` must be allowed in
 * the endpoint's `methods`.
 */
export type Method = "POST" | "PUT" | "PATCH" | "DELETE" | "GET"
  | "post" | "put" | "patch" | "delete" | "get";

/** Name to value. A value that is undefined or null is a fault. */
export interface Headers {
  [name: string]: string | number | boolean | URL;
}

/**
 * The webhook as it came in, and the request that is made of it. Change it and
 * return it.
 *
 * @typeParam Payload - What the payload is when it comes in, for example
 * `PaymentSucceeded`, or `DodoEvent` for all of them. Nothing checks at run time
 * that it is.
 */
export interface Webhook<Payload = any> {
  /** The event's type, as `payment.succeeded`. Changes are ignored. */
  readonly eventType: Payload extends { type: infer Type extends string } ? Type : string;
  /**
   * The parsed JSON body. Any value that has JSON may take its place; so may a
   * `URLSearchParams`, which is sent as a form, and a `Uint8Array` or another
   * buffer. Under a content type that is not JSON a text is sent as it is. A
   * payload that is left alone is forwarded byte for byte.
   */
  get payload(): Payload;
  set payload(value: any);
  /**
   * Starts as the endpoint's URL. An absolute http or https URL, on one of the
   * hosts that the endpoint allows, as a text or as a `URL`; any other is a
   * fault.
   */
  get url(): string;
  set url(value: string | URL);
  /** Starts as `POST`. */
  method: Method;
  /**
   * Starts empty; wins over the endpoint's static headers. Credentials don't
   * belong here: Hookmill adds them afterwards, and no handler sees them.
   */
  headers: Headers;
  /** Starts as `false`. `true`: nothing is sent, and that is not a failure. */
  cancel: boolean;
  /** The endpoint's variables. All are texts, none is a secret. Changes are ignored. */
  readonly env: { readonly [name: string]: string | undefined };
  /** The object that was given when the message was created; `{}` otherwise. Changes are ignored. */
  readonly transformationsParams: { readonly [name: string]: any };
}

/**
 * What a handler returns: the webhook, or any object with these properties.
 * What is absent stays as it was; at least one of them must be there, and no
 * others.
 */
export interface Result {
  url?: string | URL;
  method?: Method;
  headers?: Headers;
  payload?: unknown;
  cancel?: boolean;
}

/**
 * A handler: declared or exported as `handler`, or the default export. It runs
 * once for each event, afresh, and must not be `async`.
 */
export type Handler<Payload = any> = (webhook: Webhook<Payload>) => Result;
