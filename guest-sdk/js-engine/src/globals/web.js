// The web's small helpers that handlers expect: text encoding, structured
// clones, URLs and query strings, hashes, and the deterministic face of
// `performance` and `crypto`. Runs once, before the snapshot; takes what it needs before a
// program can replace it. It must give no access to anything outside.
((randomBits, parseURL, changeURL, sha256) => {
  "use strict";
  const { defineProperty, keys } = Object;
  const { call } = Function.prototype;
  const unbound = (method) => call.bind(method);
  const { fromCharCode, fromCodePoint } = String;
  const charCodeAt = unbound(String.prototype.charCodeAt);
  const codePointAt = unbound(String.prototype.codePointAt);
  const slice = unbound(String.prototype.slice);
  const indexOf = unbound(String.prototype.indexOf);
  const toLowerCase = unbound(String.prototype.toLowerCase);
  const split = unbound(String.prototype.split);
  const padStart = unbound(String.prototype.padStart);
  const toString = unbound(Number.prototype.toString);
  const push = unbound(Array.prototype.push);
  const join = unbound(Array.prototype.join);
  const sort = unbound(Array.prototype.sort);
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { apply } = Reflect;
  const NativeMap = Map, NativeSet = Set, NativeDate = Date, NativeUint8Array = Uint8Array;
  const NativeArrayBuffer = ArrayBuffer;
  const mapGet = unbound(Map.prototype.get), mapSet = unbound(Map.prototype.set);
  const mapHas = unbound(Map.prototype.has), mapForEach = unbound(Map.prototype.forEach);
  const setAdd = unbound(Set.prototype.add), setForEach = unbound(Set.prototype.forEach);
  const getTime = unbound(Date.prototype.getTime);

  const define = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });

  // UTF-8, with U+FFFD for half a surrogate pair.
  const encode = (text) => {
    const bytes = [];
    for (let at = 0; at < text.length; at++) {
      let code = codePointAt(text, at);
      if (code > 0xffff) at++;
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
      if (code < 0x80) push(bytes, code);
      else if (code < 0x800) push(bytes, 0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) push(bytes, 0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else push(bytes, 0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return bytes;
  };

  // The standard's decoder: one U+FFFD for each maximal ill-formed part.
  const decode = (bytes, fatal, keepMark) => {
    let text = "", need = 0, code = 0, low = 0x80, high = 0xbf;
    const ill = () => {
      if (fatal) throw new TypeError("The encoded data was not valid for encoding utf-8");
      text += "\ufffd";
    };
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (need === 0) {
        if (byte < 0x80) text += fromCharCode(byte);
        else if (byte >= 0xc2 && byte <= 0xdf) { need = 1; code = byte & 31; }
        else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) low = 0xa0;
          if (byte === 0xed) high = 0x9f;
          need = 2; code = byte & 15;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) low = 0x90;
          if (byte === 0xf4) high = 0x8f;
          need = 3; code = byte & 7;
        } else ill();
        continue;
      }
      const fits = byte >= low && byte <= high;
      low = 0x80; high = 0xbf;
      if (!fits) { need = code = 0; at--; ill(); continue; }
      code = code << 6 | byte & 63;
      if (--need === 0) { text += fromCodePoint(code); code = 0; }
    }
    if (need > 0) ill();
    return !keepMark && charCodeAt(text, 0) === 0xfeff ? slice(text, 1) : text;
  };

  const bytesOf = (source) => {
    if (source === undefined) return [];
    return isView(source)
      ? new NativeUint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new NativeUint8Array(source);
  };

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return new NativeUint8Array(encode("" + text)); }
  }
  class TextDecoder {
    #fatal; #keepMark;
    constructor(label = "utf-8", options = {}) {
      const name = toLowerCase("" + label);
      if (name !== "utf-8" && name !== "utf8") throw new RangeError(`The "${label}" encoding is not supported`);
      this.#fatal = !!options.fatal;
      this.#keepMark = !!options.ignoreBOM;
    }
    get encoding() { return "utf-8"; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#keepMark; }
    decode(source) { return decode(bytesOf(source), this.#fatal, this.#keepMark); }
  }

  const clone = (value, seen) => {
    if (typeof value === "function" || typeof value === "symbol") {
      throw new TypeError("a function or symbol could not be cloned");
    }
    if (typeof value !== "object" || value === null) return value;
    if (mapHas(seen, value)) return mapGet(seen, value);
    let copy;
    const as = (made) => { copy = made; mapSet(seen, value, made); };
    if (isArray(value)) as([]);
    else if (value instanceof NativeDate) return new NativeDate(getTime(value));
    else if (value instanceof NativeMap) {
      as(new NativeMap());
      mapForEach(value, (item, key) => { mapSet(copy, clone(key, seen), clone(item, seen)); });
      return copy;
    } else if (value instanceof NativeSet) {
      as(new NativeSet());
      setForEach(value, (item) => { setAdd(copy, clone(item, seen)); });
      return copy;
    } else if (isView(value)) return new value.constructor(value);
    else if (value instanceof Error) {
      as(new Error(value.message));
      copy.name = value.name;
      return copy;
    } else as({});
    const names = keys(value);
    for (let i = 0; i < names.length; i++) {
      defineProperty(copy, names[i],
        { value: clone(value[names[i]], seen), writable: true, enumerable: true, configurable: true });
    }
    if (isArray(value)) copy.length = value.length;
    return copy;
  };

  const SAFE = "*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const percent = (byte) => "%" + HEX[byte >> 4] + HEX[byte & 15];
  const HEX = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F"];
  const formEncode = (text) => {
    let out = "";
    const bytes = encode(text);
    for (let i = 0; i < bytes.length; i++) {
      const char = fromCharCode(bytes[i]);
      out += bytes[i] === 32 ? "+" : bytes[i] < 128 && indexOf(SAFE, char) >= 0 ? char : percent(bytes[i]);
    }
    return out;
  };
  const digit = (code) =>
    code >= 48 && code <= 57 ? code - 48 : code >= 65 && code <= 70 ? code - 55 : code >= 97 && code <= 102 ? code - 87 : -1;
  const formDecode = (text) => {
    const from = encode(text);
    const bytes = [];
    for (let i = 0; i < from.length; i++) {
      const high = from[i] === 37 && i + 2 < from.length ? digit(from[i + 1]) : -1;
      const low = high < 0 ? -1 : digit(from[i + 2]);
      if (low >= 0) { push(bytes, high * 16 + low); i += 2; }
      else push(bytes, from[i] === 43 ? 32 : from[i]);
    }
    return decode(bytes, false, true);
  };

  const formParse = (text) => {
    const list = [];
    const pairs = split(text[0] === "?" ? slice(text, 1) : text, "&");
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i] === "") continue;
      const at = indexOf(pairs[i], "=");
      const name = at < 0 ? pairs[i] : slice(pairs[i], 0, at);
      push(list, { name: formDecode(name), value: at < 0 ? "" : formDecode(slice(pairs[i], at + 1)) });
    }
    return list;
  };
  const formWrite = (list) => {
    const parts = [];
    for (let i = 0; i < list.length; i++) push(parts, formEncode(list[i].name) + "=" + formEncode(list[i].value));
    return join(parts, "&");
  };

  // A URL's parts, in the order in which the native functions give them.
  const PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname",
    "search", "hash"];
  const HREF = 0, ORIGIN = 1, SEARCH = 9;
  const change = (state, part, value) => {
    const parts = changeURL(state.parts[HREF], part, value);
    if (parts !== null) state.parts = parts;
  };

  // For URL: parameters that write to its state, and what reads them again. The
  // two share the state instead of knowing each other: cycles are seldom freed.
  let paramsOf, reread;

  class URLSearchParams {
    #list = [];
    #url;
    static {
      paramsOf = (state) => {
        const params = new URLSearchParams(state.parts[SEARCH]);
        params.#url = state;
        return params;
      };
      reread = (params) => { params.#list = formParse(params.#url.parts[SEARCH]); };
    }
    constructor(init = "") {
      if (typeof init === "object" && init !== null) {
        if (typeof init[Symbol.iterator] === "function") {
          for (const [name, value] of init) this.append(name, value);
        } else {
          const names = keys(init);
          for (let i = 0; i < names.length; i++) this.append(names[i], init[names[i]]);
        }
        return;
      }
      this.#list = formParse("" + init);
    }
    #change(list) {
      this.#list = list;
      if (this.#url) change(this.#url, SEARCH, formWrite(list));
    }
    get size() { return this.#list.length; }
    append(name, value) {
      push(this.#list, { name: "" + name, value: "" + value });
      this.#change(this.#list);
    }
    delete(name, value) {
      const kept = [];
      for (let i = 0; i < this.#list.length; i++) {
        const pair = this.#list[i];
        if (pair.name !== "" + name || (value !== undefined && pair.value !== "" + value)) push(kept, pair);
      }
      this.#change(kept);
    }
    get(name) {
      for (let i = 0; i < this.#list.length; i++) if (this.#list[i].name === "" + name) return this.#list[i].value;
      return null;
    }
    getAll(name) {
      const found = [];
      for (let i = 0; i < this.#list.length; i++) if (this.#list[i].name === "" + name) push(found, this.#list[i].value);
      return found;
    }
    has(name, value) {
      for (let i = 0; i < this.#list.length; i++) {
        const pair = this.#list[i];
        if (pair.name === "" + name && (value === undefined || pair.value === "" + value)) return true;
      }
      return false;
    }
    set(name, value) {
      const kept = [];
      let done = false;
      for (let i = 0; i < this.#list.length; i++) {
        const pair = this.#list[i];
        if (pair.name !== "" + name) push(kept, pair);
        else if (!done) { done = true; push(kept, { name: pair.name, value: "" + value }); }
      }
      if (!done) push(kept, { name: "" + name, value: "" + value });
      this.#change(kept);
    }
    sort() {
      this.#change(sort(this.#list, (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
    }
    forEach(visit, self) {
      for (let i = 0; i < this.#list.length; i++) call.call(visit, self, this.#list[i].value, this.#list[i].name, this);
    }
    *entries() { for (let i = 0; i < this.#list.length; i++) yield [this.#list[i].name, this.#list[i].value]; }
    *keys() { for (let i = 0; i < this.#list.length; i++) yield this.#list[i].name; }
    *values() { for (let i = 0; i < this.#list.length; i++) yield this.#list[i].value; }
    toString() { return formWrite(this.#list); }
  }
  define(URLSearchParams.prototype, Symbol.iterator, URLSearchParams.prototype.entries);

  const baseText = (base) => (base === undefined ? base : `${base}`);
  const parsed = (url, base) => {
    const parts = parseURL(url, base);
    if (parts === null) throw new TypeError("Invalid URL");
    return parts;
  };

  class URL {
    #state;
    #params;
    static canParse(url, base) { return parseURL(`${url}`, baseText(base)) !== null; }
    static parse(url, base) {
      const text = `${url}`, from = baseText(base);
      return parseURL(text, from) === null ? null : new URL(text, from);
    }
    static {
      // The parts' accessors are closures of two functions: two functions for
      // each would take up much of what the snapshot keeps free for events.
      for (let part = 0; part < PARTS.length; part++) {
        const accessors = {
          get() { return this.#state.parts[part]; },
          set(value) { this.#set(part, `${value}`); },
          configurable: true,
        };
        if (part === ORIGIN) accessors.set = undefined;
        defineProperty(URL.prototype, PARTS[part], accessors);
      }
    }
    constructor(url, base) { this.#state = { parts: parsed(`${url}`, baseText(base)) }; }
    #set(part, value) {
      if (part === HREF) this.#state.parts = parsed(value);
      else change(this.#state, part, value);
      if (this.#params && (part === HREF || part === SEARCH)) reread(this.#params);
    }
    get searchParams() { return this.#params ??= paramsOf(this.#state); }
    toString() { return this.#state.parts[HREF]; }
    toJSON() { return this.#state.parts[HREF]; }
  }
  const tag = (constructor, value) =>
    defineProperty(constructor.prototype, Symbol.toStringTag, { value, configurable: true });
  tag(URL, "URL");
  tag(URLSearchParams, "URLSearchParams");

  // A text stays one; of bytes the hash wants a copy, as they are now.
  const hashed = (value, what) => {
    if (typeof value === "string") return value;
    if (isView(value) || value instanceof NativeArrayBuffer) return new NativeUint8Array(bytesOf(value));
    throw new TypeError(`${what} must be a string, an ArrayBuffer or a view of one`);
  };
  class Digest {
    #inputs;
    constructor(algorithm, key) {
      if (toLowerCase("" + algorithm) !== "sha256") {
        throw new TypeError(`unknown algorithm "${algorithm}": there is "sha256" only`);
      }
      this.#inputs = [undefined, key];
    }
    update(data) {
      if (!this.#inputs) throw new Error("digest() was called already");
      push(this.#inputs, hashed(data, "data"));
      return this;
    }
    digest(encoding) {
      const inputs = this.#inputs;
      if (!inputs) throw new Error("digest() was called already");
      inputs[0] = encoding;
      const digest = apply(sha256, undefined, inputs);
      this.#inputs = undefined;
      return digest;
    }
  }

  // Predictable by design: the same delivery draws the same numbers.
  const crypto = {
    getRandomValues(target) {
      const bytes = bytesOf(target);
      for (let i = 0; i < bytes.length; i++) bytes[i] = randomBits() * 256;
      return target;
    },
    randomUUID() {
      let text = "";
      for (let i = 0; i < 16; i++) {
        let byte = randomBits() * 256 & 255;
        if (i === 6) byte = byte & 15 | 64;
        if (i === 8) byte = byte & 63 | 128;
        if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
        text += padStart(toString(byte, 16), 2, "0");
      }
      return text;
    },
    createHash(algorithm) { return new Digest(algorithm); },
    createHmac(algorithm, key) { return new Digest(algorithm, hashed(key, "key")); },
  };

  define(globalThis, "TextEncoder", TextEncoder);
  define(globalThis, "TextDecoder", TextDecoder);
  define(globalThis, "URL", URL);
  define(globalThis, "URLSearchParams", URLSearchParams);
  define(globalThis, "structuredClone", function structuredClone(value) { return clone(value, new NativeMap()); });
  define(globalThis, "crypto", crypto);
  // Time stands still while a handler runs.
  define(globalThis, "performance", { now() { return 0; }, timeOrigin: 0 });

  // For the console: what Rust cannot read without running replaceable code.
  // Dates, expressions and symbols give a text, maps and sets their entries.
  const toISOString = unbound(Date.prototype.toISOString);
  const expressionText = unbound(RegExp.prototype.toString);
  const symbolText = unbound(Symbol.prototype.toString);
  return (value) => {
    if (typeof value === "symbol") return symbolText(value);
    if (value instanceof NativeDate) return getTime(value) === getTime(value) ? toISOString(value) : "Invalid Date";
    const found = [];
    if (value instanceof NativeMap) mapForEach(value, (item, key) => { push(found, key, item); });
    else if (value instanceof NativeSet) setForEach(value, (item) => { push(found, item); });
    else return expressionText(value);
    return found;
  };
})
