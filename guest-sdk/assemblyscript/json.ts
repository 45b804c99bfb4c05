// A reader and writer of JSON that loses no digit: numbers stay as they were
// written. Values can be changed; what a member is asked for and has not is a
// value that is not there, and not an error.

/** Nesting beyond this is refused: the stack is small. */
const DEPTH_MAX: i32 = 128;

enum Kind {
  Missing,
  Null,
  False,
  True,
  Number,
  Text,
  List,
  Object,
}

export class Json {
  private names: string[] = [];
  private items: Json[] = [];

  private constructor(
    private kind: Kind,
    private words: string = "",
  ) {}

  /** Reads a text; one that is not JSON ends the event. */
  static parse(text: string): Json {
    const reader = new Reader(text);
    const value = reader.whole();
    if (value === null) throw new Error("this is not JSON: " + reader.problem);
    return value;
  }

  /** Reads a text; null when it is not JSON. */
  static tryParse(text: string): Json | null {
    return new Reader(text).whole();
  }

  static object(): Json {
    return new Json(Kind.Object);
  }

  static list(): Json {
    return new Json(Kind.List);
  }

  /** A text, a number, a truth value, or a value of JSON as it is. */
  static of<T>(value: T): Json {
    if (isString<T>()) return new Json(Kind.Text, <string>value);
    if (isBoolean<T>()) return new Json(value ? Kind.True : Kind.False);
    if (isInteger<T>()) return new Json(Kind.Number, value.toString());
    if (isFloat<T>()) {
      if (!isFinite(value)) return new Json(Kind.Null);
      const text = value.toString();
      return new Json(Kind.Number, text.endsWith(".0") ? text.slice(0, -2) : text);
    }
    return value as Json;
  }

  /** Null. */
  static none(): Json {
    return new Json(Kind.Null);
  }

  /** A text, number or truth value of a reader; nobody else needs it. */
  static read(kind: i32, words: string): Json {
    return new Json(kind, words);
  }

  /**
   * Minor units of a currency as the number that people write: 4999 of USD is
   * 49.99, 1500 of JPY 1500. Exact; an unknown currency counts in hundredths.
   */
  static money(minor: i64, currency: string): Json {
    const digits = decimals(currency);
    const sign = minor < 0 ? "-" : "";
    const amount = minor < 0 ? <u64>-minor : <u64>minor;
    const text = amount.toString().padStart(digits + 1, "0");
    const whole = text.slice(0, text.length - digits);
    let rest = text.slice(text.length - digits);
    while (rest.endsWith("0")) rest = rest.slice(0, -1);
    return new Json(Kind.Number, sign + whole + (rest.length ? "." + rest : ""));
  }

  /** Whether there is a value, null included. */
  get exists(): bool {
    return this.kind != Kind.Missing;
  }

  /** Whether there is a value that is not null. */
  get isKnown(): bool {
    return this.kind > Kind.Null;
  }

  get isString(): bool {
    return this.kind == Kind.Text;
  }

  get isNumber(): bool {
    return this.kind == Kind.Number;
  }

  get isObject(): bool {
    return this.kind == Kind.Object;
  }

  get isList(): bool {
    return this.kind == Kind.List;
  }

  /** The text; empty when this is not one. */
  get string(): string {
    return this.kind == Kind.Text ? this.words : "";
  }

  /** The number as a whole one; 0 when it is not a number, cut when it has a fraction. */
  get integer(): i64 {
    if (this.kind != Kind.Number) return 0;
    const isWhole = !this.words.includes(".") && !this.words.includes("e") && !this.words.includes("E");
    return isWhole ? I64.parseInt(this.words) : <i64>F64.parseFloat(this.words);
  }

  /** The number; 0 when this is not one. */
  get number(): f64 {
    return this.kind == Kind.Number ? F64.parseFloat(this.words) : 0;
  }

  /** True when this is true. */
  get bool(): bool {
    return this.kind == Kind.True;
  }

  /** How many members or items there are. */
  get length(): i32 {
    return this.items.length;
  }

  /** A member; of several with one name the last. Not there when this is not an object. */
  get(name: string): Json {
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] == name) return this.items[i];
    }
    return new Json(Kind.Missing);
  }

  /** An item of a list, or the value of an object's member by its place. */
  at(place: i32): Json {
    return place >= 0 && place < this.items.length ? this.items[place] : new Json(Kind.Missing);
  }

  /** The name of an object's member by its place. */
  nameAt(place: i32): string {
    return place >= 0 && place < this.names.length ? this.names[place] : "";
  }

  /** Sets a member. A value that is not there sets none. */
  set<T>(name: string, value: T): Json {
    if (this.kind != Kind.Object) throw new Error("members can be set of objects alone");
    const json = Json.of<T>(value);
    if (!json.exists) return this;
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] == name) {
        this.items[i] = json;
        return this;
      }
    }
    return this.append(name, json);
  }

  /** Sets a member, unless its value is not there or null. */
  setKnown(name: string, value: Json): Json {
    return value.isKnown ? this.set(name, value) : this;
  }

  /** Adds an item to a list. */
  push<T>(value: T): Json {
    if (this.kind != Kind.List) throw new Error("items can be added to lists alone");
    this.items.push(Json.of<T>(value));
    return this;
  }

  /** Adds a member without a look at the others; a reader's. */
  append(name: string, value: Json): Json {
    this.names.push(name);
    this.items.push(value);
    return this;
  }

  /** The value as a text of JSON. */
  toString(): string {
    const parts: string[] = [];
    this.writeTo(parts);
    return parts.join("");
  }

  private writeTo(parts: string[]): void {
    switch (this.kind) {
      case Kind.False: { parts.push("false"); break; }
      case Kind.True: { parts.push("true"); break; }
      case Kind.Number: { parts.push(this.words); break; }
      case Kind.Text: { parts.push(escaped(this.words)); break; }
      case Kind.List:
      case Kind.Object: {
        const isObject = this.kind == Kind.Object;
        parts.push(isObject ? "{" : "[");
        for (let i = 0; i < this.items.length; i++) {
          if (i) parts.push(",");
          if (isObject) {
            parts.push(escaped(this.names[i]));
            parts.push(":");
          }
          this.items[i].writeTo(parts);
        }
        parts.push(isObject ? "}" : "]");
        break;
      }
      default: parts.push("null");
    }
  }
}

const WHOLE = " BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
const THOUSANDTHS = " BHD IQD JOD KWD LYD OMR TND ";

function decimals(currency: string): i32 {
  const code = " " + currency + " ";
  if (WHOLE.includes(code)) return 0;
  return THOUSANDTHS.includes(code) ? 3 : 2;
}

const HEX = "0123456789abcdef";

/** A text in quotation marks. Half a surrogate pair, which UTF-8 can't have, stays escaped. */
function escaped(text: string): string {
  let out = '"';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit & 0xfc00) == 0xd800 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) == 0xdc00) {
      i++;
      continue;
    }
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c && (unit & 0xf800) != 0xd800) continue;
    out += text.slice(from, i) + escape(unit);
    from = i + 1;
  }
  return out + text.slice(from) + '"';
}

function escape(unit: i32): string {
  if (unit == 0x22) return '\\"';
  if (unit == 0x5c) return "\\\\";
  if (unit == 0x0a) return "\\n";
  let digits = "";
  for (let shift = 12; shift >= 0; shift -= 4) digits += HEX.charAt((unit >> shift) & 15);
  return "\\u" + digits;
}

/** Reads one text. */
class Reader {
  problem: string = "";
  private next: i32 = 0;

  constructor(private text: string) {}

  whole(): Json | null {
    const value = this.value(DEPTH_MAX);
    this.blanks();
    if (value !== null && this.next < this.text.length) return this.failed("something follows the value");
    return value;
  }

  private peek(): i32 {
    return this.next < this.text.length ? this.text.charCodeAt(this.next) : -1;
  }

  private blanks(): void {
    while (true) {
      const unit = this.peek();
      if (unit != 0x20 && unit != 0x0a && unit != 0x0d && unit != 0x09) return;
      this.next++;
    }
  }

  private failed(problem: string): Json | null {
    if (!this.problem.length) this.problem = problem + " at character " + this.next.toString();
    return null;
  }

  private value(depth: i32): Json | null {
    this.blanks();
    const unit = this.peek();
    if (unit == 0x7b) return this.members(depth);
    if (unit == 0x5b) return this.items(depth);
    if (unit == 0x22) {
      const words = this.string();
      return words === null ? null : Json.read(Kind.Text, words);
    }
    if (unit == 0x2d || isDigit(unit)) return this.number();
    if (this.word("null")) return Json.none();
    if (this.word("true")) return Json.of(true);
    if (this.word("false")) return Json.of(false);
    return this.failed("a value is missing");
  }

  private word(word: string): bool {
    if (!this.text.startsWith(word, this.next)) return false;
    this.next += word.length;
    return true;
  }

  private members(depth: i32): Json | null {
    if (!depth) return this.failed("the nesting is deeper than " + DEPTH_MAX.toString());
    const object = Json.object();
    this.next++;
    this.blanks();
    if (this.word("}")) return object;
    while (true) {
      this.blanks();
      if (this.peek() != 0x22) return this.failed("a member's name is missing");
      const name = this.string();
      if (name === null) return null;
      this.blanks();
      if (!this.word(":")) return this.failed("a colon is missing");
      const value = this.value(depth - 1);
      if (value === null) return null;
      object.append(name, value);
      this.blanks();
      if (this.word("}")) return object;
      if (!this.word(",")) return this.failed("a comma or } is missing");
    }
  }

  private items(depth: i32): Json | null {
    if (!depth) return this.failed("the nesting is deeper than " + DEPTH_MAX.toString());
    const list = Json.list();
    this.next++;
    this.blanks();
    if (this.word("]")) return list;
    while (true) {
      const value = this.value(depth - 1);
      if (value === null) return null;
      list.push(value);
      this.blanks();
      if (this.word("]")) return list;
      if (!this.word(",")) return this.failed("a comma or ] is missing");
    }
  }

  private number(): Json | null {
    const from = this.next;
    this.word("-");
    if (!this.word("0") && !this.digits()) return this.failed("a digit is missing");
    if (this.word(".") && !this.digits()) return this.failed("a digit is missing");
    if (this.word("e") || this.word("E")) {
      if (!this.word("-")) this.word("+");
      if (!this.digits()) return this.failed("a digit is missing");
    }
    return Json.read(Kind.Number, this.text.slice(from, this.next));
  }

  private digits(): bool {
    const from = this.next;
    while (isDigit(this.peek())) this.next++;
    return this.next > from;
  }

  private string(): string | null {
    this.next++;
    let out = "";
    let from = this.next;
    while (true) {
      const unit = this.peek();
      if (unit < 0x20) {
        this.failed(unit < 0 ? "a text does not end" : "a control character stands in a text");
        return null;
      }
      if (unit == 0x22) {
        out += this.text.slice(from, this.next);
        this.next++;
        return out;
      }
      if (unit == 0x5c) {
        out += this.text.slice(from, this.next);
        const escaped = this.escape();
        if (escaped === null) {
          this.failed("an escape is unknown");
          return null;
        }
        out += escaped;
        from = this.next;
      } else {
        this.next++;
      }
    }
  }

  private escape(): string | null {
    const unit = this.next + 1 < this.text.length ? this.text.charCodeAt(this.next + 1) : -1;
    this.next += 2;
    switch (unit) {
      case 0x22: return '"';
      case 0x5c: return "\\";
      case 0x2f: return "/";
      case 0x62: return "\b";
      case 0x66: return "\f";
      case 0x6e: return "\n";
      case 0x72: return "\r";
      case 0x74: return "\t";
    }
    if (unit != 0x75) return null;
    let code = 0;
    for (let i = 0; i < 4; i++) {
      const digit = hexadecimal(this.peek());
      if (digit < 0) return null;
      code = (code << 4) | digit;
      this.next++;
    }
    return String.fromCharCode(code);
  }
}

function isDigit(unit: i32): bool {
  return unit >= 0x30 && unit <= 0x39;
}

function hexadecimal(unit: i32): i32 {
  if (isDigit(unit)) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
