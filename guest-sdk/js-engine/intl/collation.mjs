// Takes the root order of texts, and the decompositions it needs, out of the
// crates `icu_collator_data` and `icu_normalizer_data`. For tables.mjs.
//
// The crates have the data of all languages as Rust source; compiled in, it
// would lie in the memory that is restored for each event.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = "2.4.0";
const ESCAPES = { 0: 0, n: 10, r: 13, t: 9, "\\": 92, '"': 34, "'": 39 };

function unescaped(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\") bytes.push(text.charCodeAt(i));
    else if (text[++i] === "x") { bytes.push(parseInt(text.slice(i + 1, i + 3), 16)); i += 2; }
    else if (text[i] in ESCAPES) bytes.push(ESCAPES[text[i]]);
    else throw new Error(`unknown escape ${text[i]}`);
  }
  return Buffer.from(bytes);
}

/** The texts of the table: for each trie first the numbers of its head. */
export function collation(registry) {
  const source = (crate, file) => readFileSync(join(registry, `${crate}-${VERSION}`, "data", `${file}.rs.data`), "latin1");
  const strings = (text) => [...text.matchAll(/from_bytes_unchecked\(b"((?:[^"\\]|\\[^])*)"\)/g)].map(([, found]) => unescaped(found));
  const head = (text) => {
    const found = /high_start: (\d+)u32, shifted12_high_start: (\d+)u16, index3_null_offset: (\d+)u16, data_null_offset: (\d+)u32, null_value: (\d+)u32, trie_type: \S*TrieType::(\w+)/.exec(text);
    return Buffer.from([...found.slice(1, 6), found[6] === "Small" ? 1 : 0].join(" "));
  };
  const root = source("icu_collator_data", "collation_root_v1");
  const special = source("icu_collator_data", "collation_special_primaries_v1");
  const diacritics = source("icu_collator_data", "collation_diacritics_v1").split("V1_UND: ")[1];
  const decompositions = source("icu_normalizer_data", "normalizer_nfd_data_v1");
  const more = (text, pattern) => Buffer.from(pattern.exec(text)[1]);
  return [
    head(root), ...strings(root),
    ...strings(source("icu_collator_data", "collation_jamo_v1")),
    more(special, /numeric_primary: (\d+)u8/), ...strings(special),
    strings(diacritics)[0],
    head(decompositions), ...strings(decompositions), more(decompositions, /passthrough_cap: (\d+)u16/),
    ...strings(source("icu_normalizer_data", "normalizer_nfd_tables_v1")),
    more(source("icu_collator_data", "collation_metadata_v1"), /V1_UND: [^;]*bits: (\d+)u32/),
  ];
}
