// Writes what Node.js answers to questions about `Intl`, for js_intl.rs to
// compare with:
//
//   node cases.mjs > cases.json        (Node.js 20, full ICU, TZ=UTC)
//
// Where the engine answers otherwise, differs.json says how and why.

process.env.TZ = "UTC";
const cases = new Map();
const show = (value) => (value === undefined ? "undefined" : JSON.stringify(value));
function ask(expression) {
  if (cases.has(expression)) return;
  let found;
  try { found = show((0, eval)(`(${expression})`)); } catch (error) { found = `throws ${error.name}: ${error.message}`; }
  cases.set(expression, found);
}
const source = (options) => JSON.stringify(options).replace(/"(\w+)":/g, "$1:");
const number = (options, values, method = "format") => {
  const list = values.map((value) => (typeof value === "bigint" ? `${value}n` : typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : `${value}`));
  ask(`[${list}].map((x) => new Intl.NumberFormat("en-US", ${source(options)}).${method}(x))`);
};

// Numbers.
const PLAIN = [0, -0, 1, -1, 0.1, 1.5, 2.5, -2.5, 0.125, 1.005, 12, 123.456, 999.9995, 1234.5, 12345.678, 999999, 1e6, 123456789.987654321, 1e15, 1e21, 1.5e25, 1e-7, 5e-324, 1.7976931348623157e308, NaN, Infinity, -Infinity];
const FEW = [0, -0, 1, -1, 1.5, 0.004, 1234.5, -98765.4321, NaN, -Infinity];
const STYLES = [{}, { style: "percent" }, { style: "currency", currency: "USD" }, { style: "currency", currency: "CHF" },
  { style: "currency", currency: "JPY", currencyDisplay: "name" }, { style: "currency", currency: "EUR", currencyDisplay: "code" },
  { style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" }, { style: "currency", currency: "USD", currencySign: "accounting" },
  { style: "currency", currency: "SEK", currencySign: "accounting", currencyDisplay: "code" },
  { style: "unit", unit: "kilometer" }, { style: "unit", unit: "kilometer-per-hour", unitDisplay: "long" }, { style: "unit", unit: "celsius", unitDisplay: "narrow" },
  { style: "unit", unit: "percent" }, { style: "unit", unit: "byte", unitDisplay: "long" }];
const NOTATIONS = [{}, { notation: "scientific" }, { notation: "engineering" }, { notation: "compact" }, { notation: "compact", compactDisplay: "long" }];
for (const style of STYLES) for (const notation of NOTATIONS) {
  number({ ...style, ...notation }, PLAIN);
  number({ ...style, ...notation }, [12345, -999999, 0.5, NaN], "formatToParts");
}
for (const style of STYLES) for (const signDisplay of ["auto", "always", "never", "exceptZero", "negative"]) number({ ...style, signDisplay }, FEW);
for (const useGrouping of [true, false, "auto", "always", "min2", "true", "false", "", 0, null, "x", 1]) {
  for (const notation of NOTATIONS) number({ ...notation, useGrouping }, [1, 999, 1234, 12345, 1234567, 1e16, 1e17]);
}
const DIGITS = [{ minimumIntegerDigits: 1 }, { minimumIntegerDigits: 4 }, { minimumIntegerDigits: 21 }, { minimumFractionDigits: 0 }, { minimumFractionDigits: 2 }, { minimumFractionDigits: 5 },
  { minimumFractionDigits: 20 }, { maximumFractionDigits: 0 }, { maximumFractionDigits: 1 }, { maximumFractionDigits: 20 }, { maximumFractionDigits: 100 }, { minimumFractionDigits: 1, maximumFractionDigits: 2 },
  { minimumSignificantDigits: 1 }, { minimumSignificantDigits: 3 }, { maximumSignificantDigits: 1 }, { maximumSignificantDigits: 3 }, { minimumSignificantDigits: 2, maximumSignificantDigits: 4 },
  { minimumSignificantDigits: 21 }, { minimumFractionDigits: 2, maximumSignificantDigits: 2 }, { minimumFractionDigits: 2.9 }, { maximumFractionDigits: "1" }];
for (const digits of DIGITS) {
  for (const notation of NOTATIONS) number({ ...notation, ...digits }, PLAIN);
  for (const style of STYLES.slice(1, 4)) number({ ...style, ...digits }, FEW);
  for (const trailingZeroDisplay of ["auto", "stripIfInteger"]) number({ ...digits, trailingZeroDisplay }, FEW);
}
const HALVES = [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49, 0.51, -0.49, -0.51, 1.25, -1.25, 1.35, 12.5, 17.5, 22.5, 37.5, 125, 1275];
for (const roundingMode of ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"]) {
  number({ roundingMode, maximumFractionDigits: 0 }, HALVES);
  number({ roundingMode, maximumFractionDigits: 1 }, HALVES);
  number({ roundingMode, maximumSignificantDigits: 2 }, HALVES);
  number({ roundingMode, notation: "compact" }, [1499, 1500, 1549, 1550, 99950, 999950, -1550]);
  for (const roundingIncrement of [2, 5, 10, 20, 25, 50, 100, 250, 500, 1000, 2500, 5000]) {
    number({ roundingMode, roundingIncrement, maximumFractionDigits: 0 }, HALVES);
    number({ roundingMode, roundingIncrement, minimumFractionDigits: 2, maximumFractionDigits: 2 }, HALVES);
  }
}
for (const roundingPriority of ["auto", "morePrecision", "lessPrecision"]) for (const notation of NOTATIONS) {
  for (const digits of [{}, { maximumFractionDigits: 2, maximumSignificantDigits: 2 }, { maximumFractionDigits: 1, maximumSignificantDigits: 4 }, { minimumFractionDigits: 2, minimumSignificantDigits: 2 },
    { minimumFractionDigits: 2, maximumFractionDigits: 2, minimumSignificantDigits: 5, maximumSignificantDigits: 6 }, { maximumSignificantDigits: 3 }, { maximumFractionDigits: 0 }]) {
    number({ roundingPriority, ...notation, ...digits }, [0, 1, 1.234, 9.999, 99.95, 123.456, 1234.5678, 0.00123, 1e6]);
  }
}
for (const currency of Intl.supportedValuesOf("currency")) {
  ask(`["code", "symbol", "narrowSymbol", "name"].flatMap((currencyDisplay) => [1, -1234.5678].map((x) => x.toLocaleString("en-US", { style: "currency", currency: "${currency}", currencyDisplay })))`);
}
for (const currency of ["usd", "XYZ", "ZZZ", "US", "USDD", "U$D", ""]) number({ style: "currency", currency }, [1, 2.345]);
const UNITS = Intl.supportedValuesOf("unit");
const BELOW = ["second", "hour", "day", "liter", "gallon", "mile", "kilometer", "percent"];
for (const unit of UNITS) {
  ask(`["long", "short", "narrow"].flatMap((unitDisplay) => [0, 1, 1.5, -1, 1234].map((x) => x.toLocaleString("en-US", { style: "unit", unit: "${unit}", unitDisplay })))`);
  ask(`["long", "short", "narrow"].flatMap((unitDisplay) => ${JSON.stringify(BELOW)}.map((below) => [1, 2].map((x) => x.toLocaleString("en-US", { style: "unit", unit: "${unit}-per-" + below, unitDisplay })).join()))`);
}
for (const unit of ["", "foo", "Kilometer", "meter-per", "meter-per-", "per-meter", "a-per-b-per-c", "kilometer-per-foo"]) number({ style: "unit", unit }, [1]);
number({}, ["1234567890123456789.123456789", "0x1F", "1e1000", "-1e-5", "", " 12 ", "abc", "Infinity", "-Infinity", "0b11", "0o17", "1_000", "+5", ".5", "5.", "."]);
number({ maximumFractionDigits: 20 }, ["1234567890123456789.123456789", "0.1", "-0"]);
number({}, [123456789012345678901234567890n, -5n, 0n]);
number({ style: "currency", currency: "USD" }, [123456789012345678901234567890n]);
for (const value of ["undefined", "null", "true", "{}", "[]", "[5]", "new Date(5)", "'5'", "Object(5n)", "{ valueOf: () => 3 }"]) ask(`new Intl.NumberFormat("en-US").format(${value})`);
for (const call of ["(1234.5).toLocaleString()", "(1234.5).toLocaleString('en-US')", "(1234.5).toLocaleString(undefined, { maximumFractionDigits: 0 })", "12345678901234567890n.toLocaleString()",
  "12345n.toLocaleString('en-US', { style: 'currency', currency: 'EUR' })", "[1234.5, 'a', null, undefined, new Date(0), [1, 2000]].toLocaleString()",
  "[1234.5, new Date(0)].toLocaleString('en-US', { style: 'percent' })", "[1234.5, 2].toLocaleString('en-US', { style: 'currency', currency: 'USD' })", "new Float64Array([1234.5, -0.25]).toLocaleString()",
  "new Uint8Array([1, 200]).toLocaleString('en-US', { minimumFractionDigits: 1 })", "new BigInt64Array([1234n]).toLocaleString()", "[].toLocaleString()", "(() => { const a = [1]; a.push(a); return a.toLocaleString() })()",
  "Intl.NumberFormat('en-US').format(1234.5)", "new (class extends Intl.NumberFormat {})('en-US').format(5)", "[1, 2, 3].map(new Intl.NumberFormat('en-US').format)", "Intl.NumberFormat.name + Intl.NumberFormat.length",
  "Object.prototype.toString.call(new Intl.NumberFormat())", "typeof Intl + Object.prototype.toString.call(Intl)", "Intl.NumberFormat.prototype.formatToParts.length", "new Intl.NumberFormat().format === new Intl.NumberFormat().format",
  "(() => { const f = new Intl.NumberFormat(); return f.format === f.format })()", "Object.keys(Intl)", "Object.getOwnPropertyNames(Intl.NumberFormat.prototype).sort()", "Object.getOwnPropertyNames(Intl.DateTimeFormat.prototype).sort()",
  "Object.getOwnPropertyNames(Intl.PluralRules.prototype).sort()", "Object.getOwnPropertyNames(Intl.Collator.prototype).sort()", "Object.getOwnPropertyNames(Intl.ListFormat.prototype).sort()", "Object.getOwnPropertyNames(Intl.RelativeTimeFormat.prototype).sort()", "Object.getOwnPropertyNames(Intl.DisplayNames.prototype).sort()", "Object.getOwnPropertyNames(Intl).sort()",
  "Intl.NumberFormat.prototype.formatToParts.call({}, 1)", "Intl.PluralRules()", "Intl.ListFormat()", "Intl.DisplayNames('en')", "Intl.Locale('en')"]) ask(call);
for (const options of [{ style: "x" }, { style: "currency" }, { style: "unit" }, { minimumFractionDigits: 101 }, { maximumFractionDigits: -1 }, { minimumSignificantDigits: 0 }, { maximumSignificantDigits: 22 },
  { minimumIntegerDigits: 0 }, { minimumIntegerDigits: 22 }, { minimumFractionDigits: "x" }, { roundingIncrement: 3 }, { roundingIncrement: 5, maximumFractionDigits: 2 }, { roundingIncrement: 5, maximumSignificantDigits: 2 },
  { roundingMode: "x" }, { roundingPriority: "x" }, { trailingZeroDisplay: "x" }, { notation: "x" }, { compactDisplay: "x" }, { signDisplay: "x" }, { currencyDisplay: "x" }, { currencySign: "x" }, { unitDisplay: "x" },
  { localeMatcher: "x" }, { numberingSystem: "x" }, { minimumFractionDigits: 3, maximumFractionDigits: 2 }, { minimumSignificantDigits: 3, maximumSignificantDigits: 2 }, { minimumFractionDigits: 3, style: "percent" }, { maximumFractionDigits: 1, style: "currency", currency: "USD" }]) number(options, [5]);
for (const options of ["null", "5", "'x'", "[]", "() => 1", "true"]) ask(`new Intl.NumberFormat("en-US", ${options}).format(5)`);
for (const style of STYLES) for (const notation of NOTATIONS) ask(`new Intl.NumberFormat("en-US", ${source({ ...style, ...notation })}).resolvedOptions()`);
for (const digits of DIGITS) for (const notation of NOTATIONS.slice(0, 4)) ask(`new Intl.NumberFormat("en-US", ${source({ ...digits, ...notation })}).resolvedOptions()`);
for (const options of [{ useGrouping: true }, { useGrouping: false }, { useGrouping: "min2" }, { signDisplay: "never", roundingMode: "ceil" }, { roundingIncrement: 5 }, { trailingZeroDisplay: "stripIfInteger" }, { roundingPriority: "morePrecision" }, { roundingPriority: "lessPrecision", maximumSignificantDigits: 2 }]) ask(`new Intl.NumberFormat("en-US", ${source(options)}).resolvedOptions()`);
const RANGES = [[1, 2], [1, 1], [2, 1], [-1, 2], [-3, -2], [-2, -2], [0.001, 0.002], [1000, 2000], [1000, 2000000], [1, "Infinity"], ["NaN", 1], [1, "NaN"], ["undefined", 1], [1, "undefined"], [0, "-0"], ["1n", "20000n"], ["'1.25'", "'2'"]];
for (const style of STYLES) for (const notation of NOTATIONS) {
  for (const [a, b] of RANGES) ask(`new Intl.NumberFormat("en-US", ${source({ ...style, ...notation })}).formatRange(${a}, ${b})`);
  // Left out are formats in which ICU puts in blanks or parentheses: it then counts the parts wrongly.
  if (!["CHF", "EUR", "SEK"].includes(style.currency) && style.currencySign !== "accounting") {
    for (const [a, b] of RANGES.slice(0, 6)) ask(`new Intl.NumberFormat("en-US", ${source({ ...style, ...notation })}).formatRangeToParts(${a}, ${b})`);
  }
}
for (const signDisplay of ["always", "never", "exceptZero"]) for (const [a, b] of RANGES.slice(0, 6)) ask(`new Intl.NumberFormat("en-US", { signDisplay: "${signDisplay}" }).formatRange(${a}, ${b})`);

// Dates.
const MOMENTS = [0, Date.UTC(2026, 0, 15, 12, 34, 56, 789), Date.UTC(2026, 6, 4, 0, 5, 9, 7), Date.UTC(1999, 11, 31, 23, 59, 59, 999), Date.UTC(-1, 1, 28, 13), -1];
const date = (options, moments = MOMENTS) => ask(`${source(moments)}.map((t) => new Intl.DateTimeFormat("en-US", ${source(options)}).format(t))`);
const any = [undefined, "numeric", "2-digit"];
const named = [undefined, "narrow", "short", "long"];
const clean = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
for (const weekday of named) for (const era of named) for (const year of any) for (const month of [...any, "narrow", "short", "long"]) for (const day of any) {
  date(clean({ weekday, era, year, month, day }), MOMENTS.slice(1, 3));
}
for (const hour of any) for (const minute of any) for (const second of any) for (const fractionalSecondDigits of [undefined, 1, 2, 3]) {
  for (const more of [{}, { hourCycle: "h23" }, { hour12: false }, { hourCycle: "h11" }, { dayPeriod: "short" }, { timeZoneName: "short" }]) {
    // Of hours and seconds without minutes ICU makes nonsense, and another one for `hour12`.
    if (more.hour12 === false && hour && !minute && (second || fractionalSecondDigits)) continue;
    date(clean({ hour, minute, second, fractionalSecondDigits, ...more }), MOMENTS.slice(0, 3));
  }
}
const SOME = [{}, { year: "numeric" }, { month: "long" }, { weekday: "long" }, { day: "2-digit" }, { year: "numeric", month: "long", day: "numeric" }, { year: "2-digit", month: "2-digit", day: "2-digit" },
  { weekday: "short", month: "short", day: "numeric" }, { weekday: "long", year: "numeric", month: "long", day: "numeric" }, { month: "numeric", day: "numeric" }, { era: "long", year: "numeric" }, { era: "short" },
  { hour: "numeric" }, { hour: "2-digit", minute: "2-digit" }, { hour: "numeric", minute: "numeric", second: "numeric" }, { minute: "2-digit", second: "2-digit" }, { fractionalSecondDigits: 2 }, { dayPeriod: "long" },
  { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }, { weekday: "long", hour: "numeric" }, { month: "long", day: "numeric", hour: "numeric", minute: "numeric", timeZoneName: "short" },
  { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", dayPeriod: "long" }, { hour: "numeric", hour12: false }, { hour: "numeric", hourCycle: "h24" }, { timeZoneName: "long" }, { hour: "numeric", timeZoneName: "longOffset" }];
const PAIRS = [undefined, "full", "long", "medium", "short"].flatMap((dateStyle) => [undefined, "full", "long", "medium", "short"].map((timeStyle) => clean({ dateStyle, timeStyle }))).filter((pair) => Object.keys(pair).length);
for (const options of [...SOME, ...PAIRS]) {
  date(options);
  ask(`new Intl.DateTimeFormat("en-US", ${source(options)}).formatToParts(${MOMENTS[1]})`);
  ask(`new Intl.DateTimeFormat("en-US", ${source(options)}).resolvedOptions()`);
  for (const method of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) ask(`new Date(${MOMENTS[1]}).${method}("en-US", ${source(options)})`);
  for (const more of [{ hour12: false }, { hour12: true, hourCycle: "h23" }, { hourCycle: "h11" }, { hourCycle: "h23" }, { hourCycle: "h24" }]) date({ ...options, ...more }, [0, MOMENTS[1]]);
  const T = MOMENTS[1];
  for (const step of [0, 1, 1000, 60000, 3600000, 5 * 3600000, 86400000, 40 * 86400000, 400 * 86400000, -1000]) {
    ask(`new Intl.DateTimeFormat("en-US", ${source(options)}).formatRange(${T}, ${T + step})`);
    if ([60000, 86400000, 400 * 86400000].includes(step)) ask(`new Intl.DateTimeFormat("en-US", ${source(options)}).formatRangeToParts(${T}, ${T + step})`);
  }
}
const HOURS = Array.from({ length: 24 }, (_, hour) => hour * 3600000);
for (const dayPeriod of ["narrow", "short", "long"]) for (const more of [{}, { hour: "numeric" }, { hour: "numeric", minute: "numeric" }, { hour: "numeric", hourCycle: "h23" }, { weekday: "short", hour: "numeric" }]) date({ dayPeriod, ...more }, [...HOURS, 43201000, 43260000]);
for (const options of [{ weekday: "x" }, { year: "x" }, { fractionalSecondDigits: 4 }, { fractionalSecondDigits: 0 }, { dateStyle: "x" }, { dateStyle: "short", year: "numeric" }, { timeStyle: "short", hour: "numeric" }, { dateStyle: "short", timeZoneName: "short" },
  { timeZone: "x" }, { timeZone: "" }, { timeZone: "Europe/Nowhere" }, { timeZone: "+01:00" }, { timeZone: null }, { calendar: "gregory" }, { calendar: "!" }, { numberingSystem: "latn" }, { hourCycle: "x" }, { formatMatcher: "x" }, { localeMatcher: "x" }, { timeZoneName: "x" }, { dayPeriod: "x" }]) date(options, [0]);
for (const call of ["new Date(NaN).toLocaleString()", "new Date(NaN).toLocaleDateString()", "new Intl.DateTimeFormat().format(NaN)", "new Intl.DateTimeFormat().format(8.64e15)", "new Intl.DateTimeFormat().format(8.64e15 + 1)", "new Intl.DateTimeFormat().format('x')",
  "new Intl.DateTimeFormat().format(new Date(0))", "new Intl.DateTimeFormat().format(null)", "Intl.DateTimeFormat('en-US').format(0)", "new Intl.DateTimeFormat('en-US', null)", "new Date(0).toLocaleString('en-US', null)", "new Date(0).toLocaleDateString('en-US', { timeStyle: 'short' })",
  "new Date(0).toLocaleTimeString('en-US', { dateStyle: 'short' })", "new Intl.DateTimeFormat().formatRange(undefined, 1)", "new Intl.DateTimeFormat().formatRange(1, NaN)", "new Intl.DateTimeFormat().resolvedOptions().timeZone",
  "new Date(1768480496789).toLocaleString()", "new Date(1768480496789).toLocaleDateString()", "new Date(1768480496789).toLocaleTimeString()", "[0].map(new Intl.DateTimeFormat('en-US').format)", "new Intl.DateTimeFormat('en-US-u-hc-h23', { hour: 'numeric', minute: 'numeric' }).format(0)",
  "new Intl.DateTimeFormat('en-US-u-hc-h23', { hour: 'numeric' }).resolvedOptions().locale", "Date.prototype.toLocaleString.length"]) ask(call);

// Zones.
const WINTER = Date.UTC(2026, 0, 15, 12);
const SUMMER = Date.UTC(2026, 6, 15, 12);
const SEVERAL = [Date.UTC(1890, 5, 1), Date.UTC(1945, 6, 1), Date.UTC(1969, 11, 1), Date.UTC(1985, 5, 1), Date.UTC(2010, 3, 15), WINTER, SUMMER, Date.UTC(2040, 6, 1), Date.UTC(2075, 11, 1)];
for (const zone of Intl.supportedValuesOf("timeZone")) {
  ask(`${source(SEVERAL)}.map((t) => new Date(t).toLocaleString("en-US", { timeZone: "${zone}", timeZoneName: "longOffset" }))`);
  ask(`["short", "long", "shortOffset", "shortGeneric", "longGeneric"].flatMap((timeZoneName) => [${WINTER}, ${SUMMER}].map((t) => new Date(t).toLocaleTimeString("en-US", { timeZone: "${zone}", timeZoneName })))`);
}
for (const zone of ["europe/berlin", "EUROPE/BERLIN", "Asia/Kolkata", "US/Pacific", "GB", "Zulu", "GMT", "Etc/GMT", "Etc/UTC", "UCT", "EST", "EST5EDT", "Etc/GMT+5", "Etc/GMT-14", "Cuba", "NZ", "Japan", "Turkey", "Europe/Kyiv", "America/Buenos_Aires", "Asia/Saigon", "Asia/Rangoon", "Pacific/Enderbury", "Factory", "SystemV/EST5", "Europe/Berlin ", "PST", "CET", "MET", "HST"]) {
  ask(`(() => { const f = new Intl.DateTimeFormat("en-US", { timeZone: "${zone}", dateStyle: "short", timeStyle: "full" }); return [f.resolvedOptions().timeZone, f.format(${WINTER}), f.format(${SUMMER})] })()`);
}
// Around changes of clocks.
for (const [zone, year] of [["Europe/Berlin", 2026], ["Europe/Berlin", 2045], ["America/New_York", 2026], ["America/New_York", 2050], ["Australia/Lord_Howe", 2026], ["Africa/Casablanca", 2026], ["America/Sao_Paulo", 2018], ["Asia/Tehran", 2022], ["Europe/London", 1975], ["Pacific/Apia", 2011], ["Asia/Jerusalem", 2039], ["America/Nuuk", 2040], ["Asia/Gaza", 2026]]) {
  for (let month = 0; month < 12; month++) ask(`Array.from({ length: 62 }, (_, half) => new Date(${Date.UTC(year, month, 1)} + half * 43200000).toLocaleString("en-US", { timeZone: "${zone}", timeZoneName: "short", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).replace(/, /, " "))`);
}
ask(`[${Date.UTC(2026, 2, 29, 0, 59, 59)}, ${Date.UTC(2026, 2, 29, 1)}, ${Date.UTC(2026, 9, 25, 0, 59, 59)}, ${Date.UTC(2026, 9, 25, 1)}, ${Date.UTC(2060, 2, 28, 0, 59, 59)}, ${Date.UTC(2060, 2, 28, 1)}].map((t) => new Date(t).toLocaleString("en-US", { timeZone: "Europe/Berlin", dateStyle: "full", timeStyle: "full" }))`);
ask(`new Intl.DateTimeFormat("en-US", { timeZone: "Europe/Berlin", dateStyle: "medium", timeStyle: "long" }).formatRange(${WINTER}, ${SUMMER})`);
ask(`new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", dateStyle: "medium", timeStyle: "short" }).formatRangeToParts(${WINTER}, ${WINTER + 3600000})`);

// Locales.
for (const list of ["undefined", "'en-US'", "'en'", "'EN-us'", "[]", "['en-US']", "['xx', 'en']", "'xx-YY'", "'en_US'", "''", "'i-klingon'", "5", "null", "{}", "['en', 5]", "[null]", "'en-US-u-nu-latn'", "'en-US-x-private'", "new Intl.Locale('en-US')", "'x'", "'abcdefghi'"]) {
  ask(`new Intl.NumberFormat(${list}).format(1234.5)`);
  ask(`Intl.getCanonicalLocales(${list})`);
  ask(`(5).toLocaleString(${list})`);
  ask(`"a".localeCompare("b", ${list})`);
}
for (const tag of ["EN-latn-us", "zh-hans-cn", "iw", "sh", "eng", "cmn", "en-u-co-phonebk-ca-gregory", "en-a-bb-x-y", "de-1996-1901", "en-u-kn-true", "en-US-u-ca-buddhist-nu-arab", "und", "en-840", "ru-SU", "de-DD", "sr-latn-rs-x-foo", "en-en", "de-1996-1996", "en-u", "en-a", "tlh-a-b-foo", "x-foo", "sl-rozaj-biske"]) {
  ask(`Intl.getCanonicalLocales("${tag}")`);
  ask(`(() => { const l = new Intl.Locale("${tag}"); return [l.toString(), l.baseName, l.language, l.script, l.region, l.calendar, l.collation, l.hourCycle, l.caseFirst, l.numeric, l.numberingSystem] })()`);
}
for (const options of ["{ language: 'de' }", "{ region: 'at', script: 'latn' }", "{ calendar: 'gregory', numeric: true }", "{ hourCycle: 'h23', caseFirst: 'upper' }", "{ hourCycle: 'x' }", "{ numberingSystem: 'latn', collation: 'emoji' }", "{ region: 'xyz' }", "null"]) ask(`new Intl.Locale("en-US-u-nu-arab", ${options}).toString()`);
for (const service of ["NumberFormat", "DateTimeFormat", "Collator", "PluralRules", "ListFormat", "RelativeTimeFormat"]) {
  ask(`Intl.${service}.supportedLocalesOf(["en-US", "en", "xx"])`);
  ask(`new Intl.${service}("en-US").resolvedOptions()`);
  ask(`Object.prototype.toString.call(new Intl.${service}())`);
}

// Words.
for (const type of ["cardinal", "ordinal"]) {
  ask(`[0, 1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 1.5, -1, 1e6, NaN, Infinity].map((x) => new Intl.PluralRules("en-US", { type: "${type}" }).select(x))`);
  ask(`[0, 1, 2].map((x) => new Intl.PluralRules("en-US", { type: "${type}", minimumFractionDigits: 1 }).select(x))`);
  ask(`new Intl.PluralRules("en-US", { type: "${type}" }).resolvedOptions()`);
  ask(`[[0, 1], [1, 2], [1, 1], [2, 1]].map(([a, b]) => new Intl.PluralRules("en-US", { type: "${type}" }).selectRange(a, b))`);
}
for (const options of ["{ type: 'x' }", "{ maximumFractionDigits: 0 }", "{ minimumIntegerDigits: 0 }"]) ask(`new Intl.PluralRules("en-US", ${options}).select(1.4)`);
const LISTS = [[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]];
for (const type of ["conjunction", "disjunction", "unit", "x"]) for (const style of ["long", "short", "narrow", "x"]) {
  ask(`${JSON.stringify(LISTS)}.map((list) => new Intl.ListFormat("en-US", { type: "${type}", style: "${style}" }).format(list))`);
  ask(`new Intl.ListFormat("en-US", { type: "${type}", style: "${style}" }).formatToParts(["a", "b", "c"])`);
}
for (const list of ["[1]", "undefined", "'abc'", "new Set(['x', 'y'])"]) ask(`new Intl.ListFormat("en-US").format(${list})`);
for (const unit of ["second", "minute", "hour", "day", "week", "month", "quarter", "year", "days", "x"]) for (const style of ["long", "short", "narrow"]) for (const numeric of ["always", "auto"]) {
  ask(`[0, -0, 1, -1, 2, -2, 1.5, -1000, 12345].map((x) => new Intl.RelativeTimeFormat("en-US", { style: "${style}", numeric: "${numeric}" }).format(x, "${unit}"))`);
  ask(`[0, -1, 1234].map((x) => new Intl.RelativeTimeFormat("en-US", { style: "${style}", numeric: "${numeric}" }).formatToParts(x, "${unit}"))`);
}
ask(`new Intl.RelativeTimeFormat("en-US").format(NaN, "day")`);
for (const [type, codes] of Object.entries({ region: ["US", "de", "419", "ZZ", "XX", "AQ", "U", "HK"], language: ["en", "de", "en-US", "fr-CA", "zh-Hant", "zh-Hant-TW", "de-PL", "sr-Latn-RS", "xx", "en-GB-oxendict", "e", "pt-BR"], script: ["Latn", "cyrl", "Zzzz", "Xxxx", "L"], currency: ["USD", "eur", "XYZ", "X"], calendar: ["gregory", "buddhist", "foo", "x"], dateTimeField: ["year", "era", "weekday", "timeZoneName", "foo"] })) {
  for (const style of ["long", "short", "narrow"]) for (const fallback of ["code", "none"]) for (const code of codes) ask(`new Intl.DisplayNames("en-US", { type: "${type}", style: "${style}", fallback: "${fallback}" }).of("${code}")`);
}
for (const languageDisplay of ["dialect", "standard"]) ask(`["en-US", "fr-CA", "zh-Hans", "es-419", "de-AT"].map((code) => new Intl.DisplayNames("en-US", { type: "language", languageDisplay: "${languageDisplay}" }).of(code))`);
for (const key of ["currency", "unit", "timeZone", "x"]) ask(`Intl.supportedValuesOf("${key}")`);

// Order.
const TEXTS = ["Zoe", "anna", "Émile", "emile", "Emile", "émile", "zoë", "Zoë", "ZOE", "a", "A", "á", "à", "ä", "Ä", "ae", "æ", "ß", "ss", "SS", "ñ", "n", "o", "ø", "ö", "1", "2", "10", "١", "-", "a-b", "ab", "a b", "A B", "_", "(", "$", "€", "日", "本", "あ", "ア", "Ж", "ж", "α", "Ω", "ω", "", " ", "co-op", "coop", "Coop", "résumé", "resume", "Resume", "Résumé", "file10", "file9", "File9", "x😀", "x😁", "각", "가", "ç", "c", "č", "ı", "i", "I", "İ"];
for (const options of ["", ", { numeric: true }", ", { sensitivity: 'base' }", ", { sensitivity: 'accent' }", ", { sensitivity: 'case' }", ", { sensitivity: 'variant' }", ", { caseFirst: 'upper' }", ", { caseFirst: 'lower' }", ", { ignorePunctuation: true }", ", { numeric: true, sensitivity: 'base', caseFirst: 'upper' }"]) {
  ask(`${JSON.stringify(TEXTS)}.sort(new Intl.Collator("en-US"${options}).compare)`);
  for (let i = 0; i < TEXTS.length; i += 3) ask(`${JSON.stringify(TEXTS)}.map((x) => ${JSON.stringify(TEXTS[i])}.localeCompare(x, "en-US"${options})).join()`);
}
for (const options of ["{ sensitivity: 'x' }", "{ usage: 'x' }", "{ caseFirst: 'x' }", "null", "{ collation: 'phonebk' }", "{ usage: 'search', sensitivity: 'base' }"]) ask(`"a".localeCompare("A", "en-US", ${options})`);
for (const call of ["['Zoe', 'anna', 'Émile'].sort((a, b) => a.localeCompare(b))", "['Zoe', 'anna', 'Émile'].sort(Intl.Collator().compare)", "'a'.localeCompare()", "'undefined'.localeCompare()", "'a\\u0301'.localeCompare('á')", "String.prototype.localeCompare.call(null, 'a')", "new Intl.Collator('en-US-u-kn-true').resolvedOptions().numeric", "['10', '9'].sort(new Intl.Collator('en-u-kn').compare)",
  "'iİIı'.toLocaleUpperCase()", "'iİIı'.toLocaleLowerCase('en-US')", "'ß'.toLocaleUpperCase('de')", "'x'.toLocaleUpperCase('!')", "'é'.normalize('NFD').length", "'ﬁ'.normalize('NFKC')"]) ask(call);

console.log("[");
const rows = [...cases].map(([expression, found]) => JSON.stringify([expression, found]));
console.log(rows.join(",\n"));
console.log("]");
