// Dates and numbers in words: `toLocaleString` and its kin, and as much of
// `Intl` as handlers use. Always en-US; UTC unless the caller asks for another
// zone, which is refused. The wording is Node.js'. Runs once, before the
// snapshot, in strict mode; it must not use anything that a program could have
// replaced by the time its functions are called, so it takes that first.
(() => {
  "use strict";
  const { defineProperty } = Object;
  const { call } = Function.prototype;
  const unbound = (method) => call.bind(method);
  const getTime = unbound(Date.prototype.getTime);
  const getUTC = {};
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    getUTC[part] = unbound(Date.prototype["getUTC" + part]);
  }
  const toFixed = unbound(Number.prototype.toFixed);
  const numberValue = unbound(Number.prototype.valueOf);
  const padStart = unbound(String.prototype.padStart);
  const slice = unbound(String.prototype.slice);
  const indexOf = unbound(String.prototype.indexOf);
  const toUpperCase = unbound(String.prototype.toUpperCase);
  const join = unbound(Array.prototype.join);
  const push = unbound(Array.prototype.push);
  const { floor, abs, max, min, log10 } = Math;
  const { isFinite, isNaN } = Number;
  const NativeDate = Date;
  const now = Date.now;

  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const UTC_NAMES = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/Zulu", "Zulu", "Universal", "Etc/Universal"];

  const oneOf = (options, name, allowed) => {
    const value = options[name];
    if (value === undefined) return undefined;
    const text = "" + value;
    for (let i = 0; i < allowed.length; i++) if (allowed[i] === text) return text;
    throw new RangeError(`Value ${text} out of range for ${name}`);
  };

  const checkZone = (zone) => {
    if (zone === undefined) return "UTC";
    const wanted = toUpperCase("" + zone);
    for (let i = 0; i < UTC_NAMES.length; i++) if (toUpperCase(UTC_NAMES[i]) === wanted) return "UTC";
    throw new RangeError(`Invalid time zone specified: ${zone} (transforms know UTC only)`);
  };

  const WIDTHS = ["numeric", "2-digit"];
  const NAMES = ["long", "short", "narrow"];
  const STYLES = ["full", "long", "medium", "short"];

  // Settles the options of a date format; `needs` and `defaults` are what the
  // calling method is about: "date", "time" or "any"/"all".
  const dateSettings = (options, needs, defaults) => {
    const from = options === undefined || options === null ? {} : options;
    const set = {
      weekday: oneOf(from, "weekday", NAMES),
      era: undefined,
      year: oneOf(from, "year", WIDTHS),
      month: oneOf(from, "month", ["numeric", "2-digit", "long", "short", "narrow"]),
      day: oneOf(from, "day", WIDTHS),
      hour: oneOf(from, "hour", WIDTHS),
      minute: oneOf(from, "minute", WIDTHS),
      second: oneOf(from, "second", WIDTHS),
      fraction: from.fractionalSecondDigits === undefined ? 0 : +from.fractionalSecondDigits,
      zoneName: oneOf(from, "timeZoneName",
        ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"]),
      hour12: from.hour12 === undefined ? undefined : !!from.hour12,
      zone: checkZone(from.timeZone),
    };
    const cycle = oneOf(from, "hourCycle", ["h11", "h12", "h23", "h24"]);
    // Without a cycle, en-US counts a day without AM and PM from 1 to 24.
    set.midnight = set.hour12 === false || cycle === "h24" ? 24 : 0;
    if (set.hour12 === undefined) set.hour12 = cycle === undefined || cycle === "h11" || cycle === "h12";
    const dateStyle = oneOf(from, "dateStyle", STYLES);
    const timeStyle = oneOf(from, "timeStyle", STYLES);
    if (dateStyle !== undefined || timeStyle !== undefined) {
      if (needs === "date" && timeStyle !== undefined) throw new TypeError("Invalid option : timeStyle");
      if (needs === "time" && dateStyle !== undefined) throw new TypeError("Invalid option : dateStyle");
      return styled(set, dateStyle, timeStyle);
    }
    const hasDate = set.weekday || set.year || set.month || set.day;
    const hasTime = set.hour || set.minute || set.second || set.fraction;
    const missing = needs === "date" ? !hasDate : needs === "time" ? !hasTime : !hasDate && !hasTime;
    if (missing && defaults !== "time") set.year = set.month = set.day = "numeric";
    if (missing && defaults !== "date") set.hour = set.minute = set.second = "numeric";
    set.joint = set.month === "long" ? " at " : set.weekday && !set.year && !set.month && !set.day ? " " : ", ";
    return set;
  };

  const styled = (set, dateStyle, timeStyle) => {
    if (dateStyle !== undefined) {
      set.year = dateStyle === "short" ? "2-digit" : "numeric";
      set.month = dateStyle === "short" ? "numeric" : dateStyle === "medium" ? "short" : "long";
      set.day = "numeric";
      if (dateStyle === "full") set.weekday = "long";
    }
    if (timeStyle !== undefined) {
      set.hour = "numeric";
      set.minute = "2-digit";
      if (timeStyle !== "short") set.second = "2-digit";
      if (timeStyle === "long") set.zoneName = "short";
      if (timeStyle === "full") set.zoneName = "long";
    }
    set.joint = dateStyle === "full" || dateStyle === "long" ? " at " : ", ";
    return set;
  };

  const named = (names, index, style) =>
    style === "long" ? names[index] : slice(names[index], 0, style === "short" ? 3 : 1);
  const digits = (number, style) => (style === "2-digit" ? padStart("" + (number % 100), 2, "0") : "" + number);

  // The date's part: in words when the month is, else in figures.
  const dateText = (date, set) => {
    const year = set.year && digits(getUTC.FullYear(date), set.year);
    const day = set.day && digits(getUTC.Date(date), set.day);
    const weekday = set.weekday && named(DAYS, getUTC.Day(date), set.weekday);
    const figures = !set.month || set.month === "numeric" || set.month === "2-digit";
    const month = set.month &&
      (figures ? digits(getUTC.Month(date) + 1, set.month) : named(MONTHS, getUTC.Month(date), set.month));
    if (figures) {
      const parts = [];
      if (month) push(parts, month);
      if (day) push(parts, day);
      if (year) push(parts, year);
      const text = join(parts, "/");
      if (!weekday) return text;
      if (!text) return weekday;
      return month || year ? `${weekday}, ${text}` : `${text} ${weekday}`;
    }
    let text = day ? `${month} ${day}` : month;
    if (weekday) text = `${weekday}, ${text}`;
    if (year) text = day ? `${text}, ${year}` : `${text} ${year}`;
    return text;
  };

  const timeText = (date, set) => {
    const parts = [];
    const hours = getUTC.Hours(date);
    const twoDigits = (number) => padStart("" + number, 2, "0");
    if (set.hour) {
      const shown = set.hour12 ? (hours + 11) % 12 + 1 : hours || set.midnight;
      push(parts, set.hour === "2-digit" || !set.hour12 ? twoDigits(shown) : "" + shown);
    }
    if (set.minute) {
      const minutes = getUTC.Minutes(date);
      push(parts, set.hour || set.second ? twoDigits(minutes) : "" + minutes);
    }
    if (set.second || set.fraction) {
      const seconds = getUTC.Seconds(date);
      let text = set.hour || set.minute ? twoDigits(seconds) : "" + seconds;
      if (set.fraction) text += "." + slice(padStart("" + getUTC.Milliseconds(date), 3, "0"), 0, set.fraction);
      push(parts, text);
    }
    let text = join(parts, ":");
    if (set.hour && set.hour12) text += hours < 12 ? " AM" : " PM";
    return text;
  };

  const ZONES = { short: "UTC", long: "Coordinated Universal Time", shortOffset: "GMT",
    longOffset: "GMT", shortGeneric: "GMT", longGeneric: "GMT" };

  const formatDate = (date, set) => {
    if (isNaN(getTime(date))) return "Invalid Date";
    const day = dateText(date, set);
    let text = timeText(date, set);
    if (day && text) text = day + set.joint + text;
    else text = day || text;
    if (set.zoneName) text += (text && !timeText(date, set) ? ", " : " ") + ZONES[set.zoneName];
    return text;
  };

  const CURRENCIES = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹", CNY: "CN¥", KRW: "₩",
    BRL: "R$", CAD: "CA$", AUD: "A$", MXN: "MX$", NZD: "NZ$", ILS: "₪", VND: "₫", TWD: "NT$",
    HKD: "HK$", PHP: "₱", XAF: "FCFA", XOF: "F\u202fCFA", XPF: "CFPF", XCD: "EC$" };
  const NO_CENTS = ["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF",
    "BIF", "DJF", "GNF", "KMF", "VUV"];
  const MILS = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
  const includes = (list, item) => {
    for (let i = 0; i < list.length; i++) if (list[i] === item) return true;
    return false;
  };

  const count = (options, name, low, high) => {
    const value = options[name];
    if (value === undefined) return undefined;
    const number = +value;
    if (isNaN(number) || number < low || number > high) throw new RangeError(`${name} value is out of range.`);
    return floor(number);
  };

  const numberSettings = (options) => {
    const from = options === undefined || options === null ? {} : options;
    const set = {
      style: oneOf(from, "style", ["decimal", "percent", "currency", "unit"]) || "decimal",
      currency: from.currency === undefined ? undefined : toUpperCase("" + from.currency),
      display: oneOf(from, "currencyDisplay", ["symbol", "narrowSymbol", "code", "name"]) || "symbol",
      grouping: from.useGrouping === undefined || !!from.useGrouping && from.useGrouping !== "false",
      sign: oneOf(from, "signDisplay", ["auto", "always", "never", "exceptZero", "negative"]) || "auto",
      notation: oneOf(from, "notation", ["standard", "scientific", "engineering", "compact"]) || "standard",
      integers: count(from, "minimumIntegerDigits", 1, 21) || 1,
      significantMin: count(from, "minimumSignificantDigits", 1, 21),
      significantMax: count(from, "maximumSignificantDigits", 1, 21),
    };
    if (set.style === "unit") throw new RangeError("unit style is not available in transforms");
    if (set.style === "currency" && set.currency === undefined) {
      throw new TypeError("Currency code is required with currency style.");
    }
    let usual = 0;
    let most = set.style === "percent" ? 0 : 3;
    if (set.style === "currency") {
      usual = most = includes(NO_CENTS, set.currency) ? 0 : includes(MILS, set.currency) ? 3 : 2;
    }
    const low = count(from, "minimumFractionDigits", 0, 100);
    const high = count(from, "maximumFractionDigits", 0, 100);
    if (low !== undefined && high !== undefined && low > high) {
      throw new RangeError("maximumFractionDigits value is out of range.");
    }
    set.low = low !== undefined ? low : min(usual, high !== undefined ? high : usual);
    set.high = high !== undefined ? high : max(most, set.low);
    return set;
  };

  // Rounds half away from zero on the decimal digits that people see, as
  // Node.js does: 1.005 has them as "1.005".
  const rounded = (number, places) => {
    const text = "" + number;
    const point = indexOf(text, ".");
    if (indexOf(text, "e") >= 0 || point < 0 || text.length - point - 1 <= places) {
      return toFixed(number, min(places, 100));
    }
    const kept = slice(text, 0, point) + slice(text, point + 1, point + 1 + places);
    let all = BigInt(kept);
    if (text[point + 1 + places] >= "5") all += 1n;
    const written = padStart("" + all, places + 1, "0");
    const cut = written.length - places;
    return places === 0 ? written : slice(written, 0, cut) + "." + slice(written, cut);
  };

  const grouped = (whole) => {
    let text = "";
    let end = whole.length;
    while (end > 3) {
      text = "," + slice(whole, end - 3, end) + text;
      end -= 3;
    }
    return slice(whole, 0, end) + text;
  };

  const plainDigits = (number, set) => {
    let low = set.low;
    let high = set.high;
    if (set.significantMax !== undefined || set.significantMin !== undefined) {
      const size = number === 0 ? 1 : floor(log10(number)) + 1;
      high = max(0, (set.significantMax === undefined ? 21 : set.significantMax) - size);
      low = max(0, (set.significantMin === undefined ? 1 : set.significantMin) - size);
      const drop = size - (set.significantMax === undefined ? 21 : set.significantMax);
      if (drop > 0) number = +rounded(number / 10 ** drop, 0) * 10 ** drop;
    }
    let text = typeof number === "bigint" ? "" + number : rounded(number, high);
    const point = indexOf(text, ".");
    let whole = point < 0 ? text : slice(text, 0, point);
    let part = point < 0 ? "" : slice(text, point + 1);
    let end = part.length;
    while (end > low && part[end - 1] === "0") end--;
    part = slice(part, 0, end);
    while (part.length < low) part += "0";
    whole = padStart(whole, set.integers, "0");
    if (set.grouping) whole = grouped(whole);
    return part ? whole + "." + part : whole;
  };

  const COMPACT = [{ size: 1e12, letter: "T" }, { size: 1e9, letter: "B" },
    { size: 1e6, letter: "M" }, { size: 1e3, letter: "K" }];

  const magnitude = (number, set) => {
    if (set.notation !== "compact") return plainDigits(number, set);
    for (let i = 0; i < COMPACT.length; i++) {
      const unit = COMPACT[i];
      if (number >= unit.size) return compactDigits(number / unit.size, set) + unit.letter;
    }
    return compactDigits(number, set);
  };
  const compactDigits = (number, set) =>
    plainDigits(number, { ...set, low: 0, high: number < 100 && number !== floor(number) ? 1 : 0 });

  const formatNumber = (number, set) => {
    const negative = number < 0 || (number === 0 && 1 / number < 0);
    let text;
    if (typeof number === "bigint") {
      text = plainDigits(number < 0n ? -number : number, set);
    } else if (isNaN(number)) {
      text = "NaN";
    } else if (!isFinite(number)) {
      text = "∞";
    } else {
      text = magnitude(abs(number) * (set.style === "percent" ? 100 : 1), set);
    }
    if (set.style === "percent") text += "%";
    if (set.style === "currency") {
      const narrow = set.display === "narrowSymbol" && CURRENCIES[set.currency];
      const symbol = narrow ? slice(narrow, -1) : CURRENCIES[set.currency];
      if (set.display === "name") text = `${text} ${set.currency}`;
      else text = symbol && set.display !== "code" ? symbol + text : `${set.currency}\u00a0${text}`;
    }
    if (isNaN(number)) return text;
    if (negative) return set.sign === "never" ? text : "-" + text;
    if (set.sign === "always" || (set.sign === "exceptZero" && number != 0)) return "+" + text;
    return text;
  };

  const method = (prototype, name, value) =>
    defineProperty(prototype, name, { value, writable: true, enumerable: false, configurable: true });
  const own = {
    toLocaleDateString(locales, options) { return formatDate(this, dateSettings(options, "date", "date")); },
    toLocaleTimeString(locales, options) { return formatDate(this, dateSettings(options, "time", "time")); },
  };
  method(Date.prototype, "toLocaleDateString", own.toLocaleDateString);
  method(Date.prototype, "toLocaleTimeString", own.toLocaleTimeString);
  method(Date.prototype, "toLocaleString", {
    toLocaleString(locales, options) { return formatDate(this, dateSettings(options, "any", "all")); },
  }.toLocaleString);
  method(Number.prototype, "toLocaleString", {
    toLocaleString(locales, options) { return formatNumber(numberValue(this), numberSettings(options)); },
  }.toLocaleString);
  const bigintValue = unbound(BigInt.prototype.valueOf);
  method(BigInt.prototype, "toLocaleString", {
    toLocaleString(locales, options) { return formatNumber(bigintValue(this), numberSettings(options)); },
  }.toLocaleString);

  class NumberFormat {
    #set;
    constructor(locales, options) { this.#set = numberSettings(options); }
    get format() { return (number) => formatNumber(typeof number === "bigint" ? number : +number, this.#set); }
    resolvedOptions() { return { locale: "en-US", numberingSystem: "latn", style: this.#set.style }; }
  }
  class DateTimeFormat {
    #set;
    constructor(locales, options) { this.#set = dateSettings(options, "any", "date"); }
    get format() {
      return (date) => formatDate(new NativeDate(date === undefined ? now() : date), this.#set);
    }
    resolvedOptions() { return { locale: "en-US", calendar: "gregory", numberingSystem: "latn", timeZone: "UTC" }; }
  }
  const Intl = { NumberFormat, DateTimeFormat };
  defineProperty(Intl, Symbol.toStringTag, { value: "Intl", configurable: true });
  method(globalThis, "Intl", Intl);
})
