// Writes tables.bin: what the engine's Intl knows of currencies, units,
// patterns, time zones and names, as Node.js has it.
//
//   node tables.mjs REGISTRY [ZONES.json]      (Node.js 20, full ICU; takes minutes)
//
// REGISTRY is the folder in which cargo unpacks crates, for collation.mjs.
// ZONES.json, when given, keeps the answers about zones between runs. The
// layout is described in src/tables.rs.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { collation } from "./collation.mjs";
import { aliases, languages, other, regions, relative, scripts } from "./names.mjs";
import { date, dates, pattern, ranges, stretched, time, times, STYLES } from "./patterns.mjs";
import { zone, zoneNames } from "./zones.mjs";

const number = (options) => new Intl.NumberFormat("en-US", options);
const bytes = (text) => Buffer.from(text, "utf8");
const u16 = (values) => { const all = Buffer.alloc(values.length * 2); values.forEach((v, i) => all.writeUInt16LE(v, i * 2)); return all; };
const u32 = (values) => { const all = Buffer.alloc(values.length * 4); values.forEach((v, i) => all.writeUInt32LE(v, i * 4)); return all; };

/** Rows of text, sorted by their key; a key and a row's fields are separated by tabs. */
function rows(entries) {
  const sorted = entries.map((fields) => bytes(fields.join("\t"))).sort(Buffer.compare);
  return list(sorted);
}

/** Numbered texts: how many, where each begins and the last ends, the texts. */
function list(texts) {
  const starts = [0];
  for (const text of texts) starts.push(starts.at(-1) + text.length);
  return Buffer.concat([u32([texts.length, ...starts]), ...texts]);
}

function currencies() {
  return rows(Intl.supportedValuesOf("currency").map((currency) => {
    const shown = (currencyDisplay, value) => number({ style: "currency", currency, currencyDisplay, maximumFractionDigits: 0 }).format(value);
    const symbol = (display) => shown(display, 7).replace(/\u00a0?7$/, "");
    const name = (value) => shown("name", value).slice(2);
    const { maximumFractionDigits } = number({ style: "currency", currency }).resolvedOptions();
    const title = new Intl.DisplayNames("en-US", { type: "currency" }).of(currency);
    return [currency, maximumFractionDigits, symbol("symbol"), symbol("narrowSymbol"), name(1), name(2), title];
  }));
}

const WIDTHS = ["long", "short", "narrow"];
function units() {
  const simple = Intl.supportedValuesOf("unit");
  const shown = (unit) => WIDTHS.flatMap((unitDisplay) => [1, 2].map((value) =>
    number({ style: "unit", unit, unitDisplay }).format(value).replace(String(value), "{0}")));
  const own = new Map(simple.map((unit) => [unit, shown(unit)]));
  const per = new Map(simple.map((unit) => {
    const numerator = unit === "bit" ? "byte" : "bit";
    const pair = shown(`${numerator}-per-${unit}`);
    return [unit, pair.map((text, i) => text.slice(own.get(numerator)[i].length))];
  }));
  const all = simple.map((unit) => [unit, ...own.get(unit), ...per.get(unit)]);
  for (const above of simple) for (const below of simple) {
    const found = shown(`${above}-per-${below}`);
    const derived = own.get(above).map((text, i) => text + per.get(below)[i]);
    if (found.some((text, i) => text !== derived[i])) all.push([`${above}-per-${below}`, ...found]);
  }
  return rows(all);
}

function formats() {
  const texts = [""];
  const numberOf = (text) => {
    if (text === undefined) return 0;
    const found = texts.indexOf(text, 1);
    return found > 0 ? found : texts.push(text) - 1;
  };
  const dateTable = [...dates()].flatMap((options) => {
    const found = date(options);
    return [found?.text, found?.joint, found?.zone, ...ranges(options), ...stretched(options)].map(numberOf);
  });
  const timeTable = [0, 1, 2].flatMap((clock) => [false, true].flatMap((zone) =>
    [...times()].map((options) => numberOf(time(options, clock, zone)))));
  const styleTable = ["h12", "h23"].flatMap((hourCycle) => STYLES.flatMap((dateStyle) => STYLES.map((timeStyle) =>
    numberOf(dateStyle || timeStyle ? pattern({ dateStyle, timeStyle, hourCycle }) : undefined))));
  return [list(texts.map(bytes)), u16(dateTable), u16(timeTable), u16(styleTable)];
}

// A signed number in seven bits a byte, low ones first; the lowest bit is the sign.
function varint(value) {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  const all = [];
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    all.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return all;
}

function zones(kept) {
  const known = kept && existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : undefined;
  const names = known ? new Map(known.names) : zoneNames();
  const found = known ? known.zones : Object.fromEntries([...new Set(names.values())].map((name) => [name, zone(name)]));
  if (kept && !known) writeFileSync(kept, JSON.stringify({ names: [...names], zones: found }));
  const kinds = [];
  const kindOf = (kind) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.push(kind) - 1);
  const starts = new Map();
  const data = [];
  const place = (name) => {
    const { runs, rule, generic } = found[name];
    // A change: its distance from the one before, in quarters of an hour or,
    // with the lowest bit set, in seconds; then the kind.
    const changes = (list) => [...varint(list.length), ...list.flatMap(([at, kind], index) => {
      const before = index === 0 ? 0 : (list[index - 1][0] ?? 0);
      const step = index === 0 ? 0 : at - before;
      const coded = step % 900 === 0 ? 2 * (step / 900) : 2 * step + 1;
      return [...(index === 0 ? [] : varint(coded)), ...varint(kindOf(kind))];
    })];
    const rules = rule ? [1, ...rule.flatMap(([kind, [month, week, weekday, second]]) =>
      [...varint(kindOf(kind)), month, week, weekday, ...varint(second)])] : [0];
    const coded = JSON.stringify([changes(runs), rules, changes(generic)]);
    if (!starts.has(coded)) {
      starts.set(coded, data.length);
      for (const byte of [...changes(runs), ...rules, ...changes(generic)]) data.push(byte);
    }
    return starts.get(coded);
  };
  const entries = [...names].map(([name, canonical]) => [name.toLowerCase(), canonical, place(canonical)]);
  return [rows(entries), list(kinds.map(bytes)), Buffer.from(data)];
}

const supported = ["calendar", "collation", "currency", "numberingSystem", "timeZone", "unit"]
  .map((key) => [key, Intl.supportedValuesOf(key).join(" ")]);

const sections = [
  currencies(), units(), ...formats(), ...zones(process.argv[3]),
  rows(relative()), rows(languages()), rows(regions()), rows(scripts()), rows(other()), rows(supported), rows(aliases()), list(collation(process.argv[2])),
];
const head = u32(sections.flatMap((_, index) => {
  const start = (1 + sections.length) * 4 + sections.slice(0, index).reduce((sum, section) => sum + section.length, 0);
  return [start];
}).concat((1 + sections.length) * 4 + sections.reduce((sum, section) => sum + section.length, 0)));
writeFileSync(new URL("tables.bin", import.meta.url), Buffer.concat([head, ...sections]));
for (const [index, section] of sections.entries()) console.log(index, section.length);
