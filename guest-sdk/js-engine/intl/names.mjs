// Reads Node.js' names of languages, regions, scripts, calendars and fields,
// and its words for relative times. For tables.mjs.

const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const STYLES = ["long", "short", "narrow"];

/** Style and unit; then -1, 0 and 1 in words, or nothing; then what surrounds the number, later and earlier, for one and others. */
export function relative() {
  return STYLES.flatMap((style) => UNITS.map((unit) => {
    const always = new Intl.RelativeTimeFormat("en-US", { style });
    const auto = new Intl.RelativeTimeFormat("en-US", { style, numeric: "auto" });
    const words = [-1, 0, 1].map((value) => {
      const text = auto.format(value, unit);
      return text === always.format(value, unit) ? "" : text;
    });
    const around = [1, 2, -1, -2].map((value) => always.format(value, unit).replace(/\d/, "{0}"));
    return [`${style} ${unit}`, ...words, ...around];
  }));
}

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const words = (length) => (length === 0 ? [""] : words(length - 1).flatMap((start) => LETTERS.map((letter) => start + letter)));
const naming = (type, options) => new Intl.DisplayNames("en-US", { type, fallback: "none", ...options });

// Code, then the name in each style, the later ones only where they differ.
function named(type, codes, options) {
  const by = STYLES.map((style) => naming(type, { style, ...options }));
  return codes.flatMap((code) => {
    let all;
    try { all = by.map((names) => names.of(code)); } catch { return []; }
    if (all[0] === undefined) return [];
    return [all.every((name) => name === all[0]) ? [code, all[0]] : [code, ...all]];
  });
}

const DIALECTS = ["ar-001", "az-Arab", "de-AT", "de-CH", "en-AU", "en-CA", "en-GB", "en-US", "es-419", "es-ES", "es-MX", "fa-AF",
  "fr-CA", "fr-CH", "hi-Latn", "nds-NL", "nl-BE", "pt-BR", "pt-PT", "ro-MD", "sr-ME", "sw-CD", "zh-Hans", "zh-Hant"];

export function languages() {
  const simple = named("language", [...words(2), ...words(3)], { languageDisplay: "standard" });
  const standard = new Map(named("language", DIALECTS, { languageDisplay: "standard" }).map(([code, ...names]) => [code, names.join()]));
  const dialects = named("language", DIALECTS, { languageDisplay: "dialect" });
  return [...simple, ...dialects.filter(([code, ...names]) => standard.get(code) !== names.join())];
}

export function regions() {
  const numbers = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, "0"));
  return named("region", [...words(2).map((code) => code.toUpperCase()), ...numbers]);
}

export function scripts() {
  return named("script", words(4).map((code) => code[0].toUpperCase() + code.slice(1)));
}

/** Calendars and fields, with their type in front. */
export function other() {
  const fields = ["era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName"];
  return [["calendar", Intl.supportedValuesOf("calendar")], ["dateTimeField", fields]].flatMap(([type, codes]) =>
    named(type, codes).map(([code, ...names]) => [`${type} ${code}`, ...names]));
}

/** Languages and regions that Node.js replaces by others. */
export function aliases() {
  const replaced = (kind, codes, prefix) => codes.flatMap((code) => {
    let found;
    try { [found] = Intl.getCanonicalLocales(prefix + code); } catch { return []; }
    return found === prefix + code ? [] : [[`${kind} ${code}`, found.slice(prefix.length)]];
  });
  const numbers = Array.from({ length: 1000 }, (_, index) => String(index).padStart(3, "0"));
  const regions = [...words(2).map((code) => code.toUpperCase()), ...numbers];
  return [...replaced("language", [...words(2), ...words(3)], ""), ...replaced("region", regions, "und-")];
}
