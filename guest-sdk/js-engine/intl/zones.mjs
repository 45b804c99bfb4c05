// Reads Node.js' time zones: which there are, when their clocks change, what
// their times are called. For tables.mjs.
//
// Everything is asked of `Intl.DateTimeFormat`, so that the engine says what
// Node.js says, also about 1900. Asking takes minutes.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const NAMES = ["short", "long"];
const GENERIC = ["shortGeneric", "longGeneric"];
const DAY = 86_400_000;
const FIRST = Date.UTC(1840, 0, 1);
const EXPLICIT_UNTIL = Date.UTC(2038, 0, 1);
const LAST = Date.UTC(2100, 0, 1);
const STEP = 6 * DAY;

// Names that ICU has and the folder of zones may not have.
const MORE = "UTC GMT Etc/UTC Etc/GMT Etc/Zulu Zulu Universal Etc/Universal UCT Etc/UCT Greenwich Etc/Greenwich GMT0 Etc/GMT0 " +
  "GMT+0 GMT-0 Etc/GMT+0 Etc/GMT-0 ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT EST HST IET IST JST MIT MST NET NST PLT " +
  "PNT PRT PST SST VST SystemV/AST4ADT SystemV/EST5EDT SystemV/CST6CDT SystemV/MST7MDT SystemV/PST8PDT SystemV/YST9YDT " +
  "SystemV/AST4 SystemV/EST5 SystemV/CST6 SystemV/MST7 SystemV/PST8 SystemV/YST9 SystemV/HST10 Etc/Unknown US/Pacific-New Factory ROC";

/** Every name that Node.js takes for a zone, with the name it gives back. */
export function zoneNames(folder = "/usr/share/zoneinfo") {
  const candidates = new Set(Intl.supportedValuesOf("timeZone"));
  const visit = (path, name) => {
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path)) visit(join(path, entry), name ? `${name}/${entry}` : entry);
    } else candidates.add(name);
  };
  visit(folder, "");
  for (const extra of MORE.split(" ")) candidates.add(extra);
  const names = new Map();
  for (const name of [...candidates].sort()) {
    try {
      names.set(name, new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone);
    } catch { /* not a zone to Node.js */ }
  }
  return names;
}

/**
 * What there is to know about a zone: its kinds of time (offset, short and
 * long name), when each begins, how that goes on; and its names without
 * summer or winter.
 */
export function zone(timeZone) {
  const named = (timeZoneName) => {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName, hour: "numeric" });
    // The zone's name is what stands behind AM or PM.
    return (at) => format.format(at).replace(/^\d+\s[AP]M /, "");
  };
  const [offset, ...names] = ["longOffset", ...NAMES].map(named);
  const kinds = runs((at) => `${seconds(offset(at))}\t${names.map((name) => name(at)).join("\t")}`);
  const generics = GENERIC.map(named);
  const generic = runs((at) => generics.map((name) => name(at)).join("\t"));
  return { ...withRule(kinds), generic: steady(generic) };
}

// When a zone's answer changes: [second, answer] each.
function runs(whole) {
  const found = [[-Infinity, whole(FIRST)]];
  for (let at = FIRST; at < LAST; at += STEP) {
    const kind = whole(at + STEP);
    let low = at;
    let last = found.at(-1)[1];
    while (kind !== last) {
      // The first change after `low`; there may be another one behind it.
      let [a, b] = [low, at + STEP];
      while (b - a > 1000) {
        const middle = Math.floor((a + b) / 2000) * 1000;
        if (whole(middle) === last) a = middle;
        else b = middle;
      }
      last = whole(b);
      found.push([b / 1000, last]);
      low = b;
    }
  }
  return found;
}

// In the hours around a change ICU tells some zones from their neighbours
// ("Central European Time (Germany)"); the engine does not.
function steady(found) {
  const long = found.filter(([at], index) => index === 0 || (found[index + 1]?.[0] ?? Infinity) - at > 20 * 86400);
  return long.filter(([, name], index) => index === 0 || long[index - 1][1] !== name);
}

function seconds(text) {
  const found = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (!found) throw new Error(`not an offset: ${text}`);
  const [, sign, hours = 0, minutes = 0, rest = 0] = found;
  return (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60 + +rest);
}

// Replaces what repeats each year by a rule: two kinds of time, and the
// month, week, weekday and second of the day at which each begins.
function withRule(runs) {
  const late = runs.filter(([at]) => at >= EXPLICIT_UNTIL / 1000 - 366 * 86400);
  if (late.length === 0) return { runs };
  const kinds = [...new Set(late.map(([, kind]) => kind))];
  const rules = kinds.length === 2 ? kinds.map((kind) => {
    const at = late.filter((run) => run[1] === kind).map(([at]) => at);
    const before = kinds.find((other) => other !== kind);
    return ruleOf(at, +before.split("\t")[0]);
  }) : [];
  // What does not repeat is written out.
  if (rules.length !== 2 || rules.includes(undefined)) return { runs };
  return { runs: runs.filter(([at]) => at < EXPLICIT_UNTIL / 1000), rule: kinds.map((kind, i) => [kind, rules[i]]) };
}

function ruleOf(instants, offset) {
  const days = instants.map((at) => new Date((at + offset) * 1000));
  for (const shift of [0, -1, 1]) {
    const moved = days.map((day) => new Date(day.getTime() + shift * DAY));
    const month = moved[0].getUTCMonth();
    const weekday = moved[0].getUTCDay();
    if (!moved.every((day) => day.getUTCMonth() === month && day.getUTCDay() === weekday)) continue;
    const second = new Set(days.map((day) => (day.getTime() / 1000) % 86400));
    if (second.size !== 1) return undefined;
    const time = [...second][0] - shift * 86400;
    const dates = moved.map((day) => day.getUTCDate());
    for (let week = 1; week <= 4; week++) {
      if (dates.every((date) => Math.ceil(date / 7) === week)) return [month, week, weekday, time];
    }
    const long = (day) => new Date(Date.UTC(day.getUTCFullYear(), month + 1, 0)).getUTCDate();
    if (moved.every((day) => long(day) - day.getUTCDate() < 7)) return [month, 5, weekday, time];
  }
  return undefined;
}
