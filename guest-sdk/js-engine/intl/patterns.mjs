// Reads Node.js' patterns of dates and times: for every combination of
// components, what stands where. For tables.mjs.
//
// A pattern is text in which a letter stands for a field (see LETTERS; the
// engine's `pattern.rs` has the same), and letters of the text itself are in
// quotes. In a range, what belongs to its start follows \x01, to its end \x02,
// to both \x03.

export const WEEKDAYS = [undefined, "narrow", "short", "long"];
export const ERAS = WEEKDAYS;
export const YEARS = [undefined, "numeric", "2-digit"];
export const MONTHS = [undefined, "numeric", "2-digit", "narrow", "short", "long"];
export const DAYS = YEARS;
export const HOURS = YEARS;
export const FRACTIONS = [undefined, 1, 2, 3];
export const STYLES = [undefined, "full", "long", "medium", "short"];
/** AM and PM, 24 hours, words for the time of day. */
export const CLOCKS = [{ hourCycle: "h12" }, { hourCycle: "h23" }, { hourCycle: "h12", dayPeriod: "short" }];

const SAMPLE = Date.UTC(2006, 8, 3, 5, 7, 9, 123);
const LETTERS = {
  year: { 2006: "y", "06": "u", 2008: "y", "08": "u" },
  month: { 9: "M", "09": "N", September: "B", Sep: "b", S: "n", 10: "M", October: "B", Oct: "b", O: "n" },
  day: { 3: "d", "03": "D", 4: "d", "04": "D" },
  weekday: { Sunday: "E", Sun: "e", S: "w", Monday: "E", Mon: "e", M: "w", Tuesday: "E", Tue: "e", T: "w",
    Wednesday: "E", Wed: "e", W: "w" },
  era: { "Anno Domini": "G", AD: "g", A: "j" },
  hour: { 5: "h", "05": "H" },
  minute: { 7: "m", "07": "Q" },
  second: { 9: "s", "09": "S" },
};

export function patternOf(parts) {
  let source = "shared";
  return parts.map((part) => {
    const mark = (part.source ?? "shared") === source ? "" : { startRange: "\x01", endRange: "\x02", shared: "\x03" }[part.source];
    source = part.source ?? "shared";
    return mark + letterOf(part);
  }).join("");
}

function letterOf({ type, value }) {
  if (type === "literal") return value.replace(/[A-Za-z][A-Za-z0-9/ ]*/g, (word) => `'${word}'`);
  if (type === "fractionalSecond") return "f";
  if (type === "dayPeriod") return value === "AM" ? "a" : "P";
  if (type === "timeZoneName") return "z";
  const letter = LETTERS[type]?.[value];
  if (letter === undefined) throw new Error(`no letter for ${type} ${value}`);
  return letter;
}

const clean = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
const format = (options) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...clean(options) });

/** All combinations of a date's components, in the order of the tables. */
export function* dates() {
  for (const weekday of WEEKDAYS) for (const era of ERAS) for (const year of YEARS) for (const month of MONTHS) {
    for (const day of DAYS) yield { weekday, era, year, month, day };
  }
}

/** All combinations of a time's components. */
export function* times() {
  for (const hour of HOURS) for (const minute of HOURS) for (const second of HOURS) {
    for (const fractionalSecondDigits of FRACTIONS) yield { hour, minute, second, fractionalSecondDigits };
  }
}

const isEmpty = (options) => Object.values(options).every((value) => value === undefined);
// "era" alone is not a date: Node.js adds one.
const alone = (options) => isEmpty({ ...options, era: undefined });

export const pattern = (options) => patternOf(format(options).formatToParts(SAMPLE));

/** A date's pattern, the joint before a time, the one before a zone's name; none for what has no date. */
export function date(options) {
  if (alone(options)) {
    return options.era === undefined ? undefined : { text: pattern({ ...options, hour: "numeric" }).slice(0, -", h a".length), joint: ", ", zone: ", " };
  }
  const text = pattern(options);
  const between = (whole, last) => {
    if (!whole.startsWith(text) || !whole.endsWith(last)) throw new Error(`${whole} is not ${text} and ${last}`);
    return whole.slice(text.length, whole.length - last.length);
  };
  const joint = between(pattern({ ...options, hour: "numeric" }), pattern({ hour: "numeric" }));
  const zone = between(pattern({ ...options, timeZoneName: "short" }), "z");
  return { text, joint, zone };
}

export const time = (options, clock, zone) =>
  isEmpty(options) ? undefined : pattern({ ...options, ...CLOCKS[clock], timeZoneName: zone ? "short" : undefined });

const LATER = { day: Date.UTC(2006, 8, 4, 5, 7, 9, 123), month: Date.UTC(2006, 9, 3, 5, 7, 9, 123), year: Date.UTC(2008, 8, 3, 5, 7, 9, 123) };

/** The patterns of a range whose ends differ first in the day, the month or the year. */
export function ranges(options) {
  if (alone(options)) return [undefined, undefined, undefined];
  return Object.entries(LATER).map(([, later]) => {
    const parts = format(options).formatRangeToParts(SAMPLE, later);
    return parts.every(({ source }) => source === "shared") ? undefined : patternOf(parts);
  });
}

/** The date's pattern at each end of such a range when there is a time, too. */
export function stretched(options) {
  return Object.entries(LATER).map(([, later]) => {
    const parts = format({ ...options, hour: "numeric" }).formatRangeToParts(SAMPLE, later);
    const start = parts.filter(({ source }) => source === "startRange").map((part) => ({ ...part, source: "shared" }));
    const whole = patternOf(start);
    const end = "h\u202fa";
    if (!whole.endsWith(end)) throw new Error(`no time at the end of ${whole}`);
    return whole.slice(0, -end.length);
  });
}
