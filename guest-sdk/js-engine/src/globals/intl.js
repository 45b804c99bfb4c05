// `Intl`, and the methods that write in words: `toLocaleString` and its kin,
// `localeCompare`. The objects are made here, as the standard describes them;
// what they say is native (`intl.rs`), and so are their options. Runs once,
// before the snapshot, in strict mode; it must not use anything that a program
// could have replaced by the time its functions are called, so it takes that
// first.
((intl) => {
  "use strict";
  const { create, defineProperty } = Object;
  const { call } = Function.prototype;
  const unbound = (method) => call.bind(method);
  const getTime = unbound(Date.prototype.getTime);
  const numberValue = unbound(Number.prototype.valueOf);
  const bigintValue = unbound(BigInt.prototype.valueOf);
  const toLowerCase = unbound(String.prototype.toLowerCase);
  const toUpperCase = unbound(String.prototype.toUpperCase);
  const iterator = Symbol.iterator;
  const now = Date.now;
  const toObject = Object;
  const toText = String;

  const hidden = (object, name, value) =>
    defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  const methods = (object, all) => {
    for (const name of Object.getOwnPropertyNames(all)) {
      const found = Object.getOwnPropertyDescriptor(all, name);
      found.enumerable = false;
      defineProperty(object, name, found);
    }
  };
  const tagged = (object, name) =>
    defineProperty(object, Symbol.toStringTag, { value: name, configurable: true });

  // Puts a private field on an object that is there already.
  class Bare { constructor(object) { return object; } }
  class LocaleOf extends Bare {
    #tag;
    constructor(object, tag) { super(object); this.#tag = tag; }
    static is(object) { return typeof object === "object" && object !== null && #tag in object; }
    static tag(object) { return object.#tag; }
  }
  // What natives take for locales: they see the tag of a Locale.
  const tags = (locales) => (LocaleOf.is(locales) ? LocaleOf.tag(locales) : locales);

  const Intl = {};

  // A constructor whose instances carry the number of what natives keep.
  const service = (name, callable, members) => {
    class Kept extends Bare {
      #kept;
      #bound;
      constructor(object, kept) { super(object); this.#kept = kept; }
      static of(object, method) {
        if (typeof object === "object" && object !== null && #kept in object) return object.#kept;
        throw new TypeError(`Method Intl.${name}.prototype.${method} called on incompatible receiver ${
          typeof object === "symbol" ? "Symbol()" : typeof object === "object" && object !== null ? "#<Object>" : object}`);
      }
      static bound(object, make) {
        if (object.#bound === undefined) object.#bound = make(object.#kept);
        return object.#bound;
      }
    }
    const make = (object, locales, options) => {
      new Kept(object, intl("make", name, tags(locales), options));
      return object;
    };
    const constructor = callable
      ? function () { return make(new.target === undefined ? create(constructor.prototype) : this, arguments[0], arguments[1]); }
      : function () {
        if (new.target === undefined) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
        return make(this, arguments[0], arguments[1]);
      };
    const { prototype } = constructor;
    defineProperty(constructor, "name", { value: name, configurable: true });
    defineProperty(constructor, "prototype", { writable: false });
    methods(constructor, {
      supportedLocalesOf(locales) { return intl("supported", name, tags(locales), arguments[1]); },
    });
    methods(prototype, members(Kept));
    methods(prototype, { resolvedOptions() { return intl("resolved", Kept.of(this, "resolvedOptions")); } });
    tagged(prototype, `Intl.${name}`);
    hidden(Intl, name, constructor);
    return constructor;
  };

  const bound = (Kept, object, method, make) => {
    Kept.of(object, method);
    return Kept.bound(object, (kept) => defineProperty(make(kept), "name", { value: "" }));
  };
  const instant = (date) => (date === undefined ? now() : +date);
  const given = (date) => {
    if (date === undefined) throw new TypeError("Invalid time value");
    return +date;
  };
  const present = (value, name) => {
    if (value === undefined) throw new TypeError(`Invalid ${name} : undefined`);
    return value;
  };

  service("NumberFormat", true, (Kept) => ({
    get format() { return bound(Kept, this, "format", (kept) => (value) => intl("number", kept, value)); },
    formatToParts(value) { return intl("numberParts", Kept.of(this, "formatToParts"), value); },
    formatRange(start, end) {
      const kept = Kept.of(this, "formatRange");
      return intl("numberRange", kept, present(start, "start"), present(end, "end"));
    },
    formatRangeToParts(start, end) {
      const kept = Kept.of(this, "formatRangeToParts");
      return intl("numberRangeParts", kept, present(start, "start"), present(end, "end"));
    },
  }));
  service("DateTimeFormat", true, (Kept) => ({
    get format() { return bound(Kept, this, "format", (kept) => (date) => intl("date", kept, instant(date))); },
    formatToParts(date) { return intl("dateParts", Kept.of(this, "formatToParts"), instant(date)); },
    formatRange(start, end) { return intl("dateRange", Kept.of(this, "formatRange"), given(start), given(end)); },
    formatRangeToParts(start, end) {
      return intl("dateRangeParts", Kept.of(this, "formatRangeToParts"), given(start), given(end));
    },
  }));
  service("Collator", true, (Kept) => ({
    get compare() {
      return bound(Kept, this, "compare", (kept) => (left, right) => intl("compare", kept, left, right));
    },
  }));
  service("PluralRules", false, (Kept) => ({
    select(value) { return intl("plural", Kept.of(this, "select"), +value); },
    selectRange(start, end) {
      const kept = Kept.of(this, "selectRange");
      return intl("pluralRange", kept, +present(start, "start"), +present(end, "end"));
    },
  }));
  // Any iterable of texts.
  const texts = (list) => {
    const all = [];
    if (list === undefined) return all;
    for (const item of { [iterator]: () => list[iterator]() }) {
      if (typeof item !== "string") throw new TypeError(`Iterable yielded ${typeof item === "symbol" ? "a symbol" : item} which is not a string`);
      all[all.length] = item;
    }
    return all;
  };
  service("ListFormat", false, (Kept) => ({
    format(list) { return intl("list", Kept.of(this, "format"), texts(list)); },
    formatToParts(list) { return intl("listParts", Kept.of(this, "formatToParts"), texts(list)); },
  }));
  service("RelativeTimeFormat", false, (Kept) => ({
    format(value, unit) { return intl("relative", Kept.of(this, "format"), +value, `${unit}`); },
    formatToParts(value, unit) { return intl("relativeParts", Kept.of(this, "formatToParts"), +value, `${unit}`); },
  }));
  service("DisplayNames", false, (Kept) => ({
    of(code) { return intl("name", Kept.of(this, "of"), `${code}`); },
  }));

  const locales = (list) => intl("canonical", tags(list));
  methods(Intl, {
    getCanonicalLocales(list) { return locales(list); },
    supportedValuesOf(key) { return intl("values", `${key}`); },
  });

  const Locale = function (tag) {
    if (new.target === undefined) throw new TypeError("Constructor Intl.Locale requires 'new'");
    const text = LocaleOf.is(tag) ? LocaleOf.tag(tag) : tag;
    if (typeof text !== "string" && (typeof text !== "object" || text === null)) {
      throw new TypeError("First argument to Intl.Locale constructor can't be empty or missing");
    }
    new LocaleOf(this, intl("locale", `${text}`, arguments[1]));
  };
  defineProperty(Locale, "name", { value: "Locale", configurable: true });
  defineProperty(Locale, "prototype", { writable: false });
  methods(Locale.prototype, {
    toString() { return tagOf(this); },
    get baseName() { return intl("subtag", tagOf(this), "base"); },
    get language() { return intl("subtag", tagOf(this), "language"); },
    get script() { return intl("subtag", tagOf(this), "script"); },
    get region() { return intl("subtag", tagOf(this), "region"); },
    get calendar() { return intl("subtag", tagOf(this), "ca"); },
    get collation() { return intl("subtag", tagOf(this), "co"); },
    get hourCycle() { return intl("subtag", tagOf(this), "hc"); },
    get caseFirst() { return intl("subtag", tagOf(this), "kf"); },
    get numberingSystem() { return intl("subtag", tagOf(this), "nu"); },
    get numeric() {
      const value = intl("subtag", tagOf(this), "kn");
      return value !== undefined && value !== "false";
    },
  });
  const tagOf = (object) => {
    if (!LocaleOf.is(object)) throw new TypeError("Intl.Locale: called on incompatible receiver");
    return LocaleOf.tag(object);
  };
  const missing = (name, why) => {
    throw new TypeError(`${name} is not available in transforms: ${why}`);
  };
  const NO_LIKELY = "there are no tables of what is likely for a language";
  methods(Locale.prototype, {
    maximize() { return missing("Intl.Locale.prototype.maximize", NO_LIKELY); },
    minimize() { return missing("Intl.Locale.prototype.minimize", NO_LIKELY); },
  });
  for (const name of ["calendars", "collations", "hourCycles", "numberingSystems", "textInfo", "timeZones", "weekInfo"]) {
    defineProperty(Locale.prototype, name, {
      get() { return missing(`Intl.Locale.prototype.${name}`, NO_LIKELY); }, configurable: true,
    });
  }
  tagged(Locale.prototype, "Intl.Locale");
  hidden(Intl, "Locale", Locale);
  hidden(Intl, "Segmenter", class Segmenter {
    constructor() { missing("Intl.Segmenter", "there are no tables of where words and characters end"); }
    static supportedLocalesOf() { return missing("Intl.Segmenter", "there are no tables of where words and characters end"); }
  });
  tagged(Intl, "Intl");
  hidden(globalThis, "Intl", Intl);

  methods(Date.prototype, {
    toLocaleString() { return intl("dateText", "all", getTime(this), tags(arguments[0]), arguments[1]); },
    toLocaleDateString() { return intl("dateText", "date", getTime(this), tags(arguments[0]), arguments[1]); },
    toLocaleTimeString() { return intl("dateText", "time", getTime(this), tags(arguments[0]), arguments[1]); },
  });
  methods(Number.prototype, {
    toLocaleString() { return intl("numberText", numberValue(this), tags(arguments[0]), arguments[1]); },
  });
  methods(BigInt.prototype, {
    toLocaleString() { return intl("numberText", bigintValue(this), tags(arguments[0]), arguments[1]); },
  });

  // Arrays that are being written, so that one which holds itself ends.
  const open = [];
  const joined = (list, length, locales, options) => {
    for (let i = 0; i < open.length; i++) if (open[i] === list) return "";
    const depth = open.length;
    open[depth] = list;
    try {
      let text = "";
      for (let i = 0; i < length; i++) {
        const item = list[i];
        if (i > 0) text += ",";
        if (item !== undefined && item !== null) text += toText(item.toLocaleString(locales, options));
      }
      return text;
    } finally {
      open.length = depth;
    }
  };
  const lengthOf = unbound(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int8Array.prototype), "length").get);
  methods(Array.prototype, {
    toLocaleString() {
      const list = toObject(this);
      return joined(list, list.length, arguments[0], arguments[1]);
    },
  });
  methods(Object.getPrototypeOf(Int8Array.prototype), {
    toLocaleString() { return joined(this, lengthOf(this), arguments[0], arguments[1]); },
  });

  // Languages whose letters change their case in a way of their own.
  const checkCase = (list, name) => {
    const language = list === undefined ? undefined : intl("caseLanguage", tags(list));
    if (language === undefined) return;
    throw new RangeError(`String.prototype.${name}: the rules of "${language}" are not available in transforms`);
  };
  const textOf = (value, name) => {
    if (value === undefined || value === null) {
      throw new TypeError(`String.prototype.${name} called on null or undefined`);
    }
    return `${value}`;
  };
  methods(String.prototype, {
    localeCompare(that) {
      return intl("localeCompare", textOf(this, "localeCompare"), `${that}`, tags(arguments[1]), arguments[2]);
    },
    toLocaleUpperCase() {
      const text = textOf(this, "toLocaleUpperCase");
      checkCase(arguments[0], "toLocaleUpperCase");
      return toUpperCase(text);
    },
    toLocaleLowerCase() {
      const text = textOf(this, "toLocaleLowerCase");
      checkCase(arguments[0], "toLocaleLowerCase");
      return toLowerCase(text);
    },
  });
})
