import { unfold } from "./content-text.ts";

/** One property as RFC 2426 and RFC 6350 define it. */
export interface CardProperty {
  readonly group: string | null;
  readonly name: string;
  /** Values by upper-case name, split at commas outside quotes. */
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** As it stands. */
  readonly raw: string;
  /** Components between unescaped semicolons, each a list between unescaped commas, unescaped. */
  readonly components: readonly (readonly string[])[];
  /** The value as one TEXT, unescaped. */
  readonly text: string;
}

/** Of the controls only these are forbidden (RFC 6350 3.3, VALUE-CHAR and QSAFE-CHAR): TAB is not, nor are C1's. */
const CONTROL = /(?![\t\u0080-\u009f])\p{Cc}/u;

/**
 * A reader of vCards written from the grammar of RFC 6350 3.3 alone, one character at a time, to judge the mapping
 * by. Throws on anything that the grammar does not allow.
 */
export function readCard(text: string): readonly CardProperty[] {
  const lines = unfold(text);
  if (lines[0] !== "BEGIN:VCARD" || lines.at(-1) !== "END:VCARD") throw new Error("not one card");
  const properties = lines.slice(1, -1);
  const versions = properties.filter((line) => /^VERSION[:;]/i.test(line));
  if (versions.length !== 1 || !/^VERSION:[34]\.0$/i.test(versions[0] ?? ""))
    throw new Error(`not one VERSION: ${JSON.stringify(lines)}`);
  if (/4\.0$/.test(versions[0] ?? "") && properties[0] !== versions[0])
    throw new Error("VERSION is not the second line");
  return properties.filter((line) => line !== versions[0]).map(readProperty);
}

/** The properties of one name, in order. */
export function propertiesOf(card: readonly CardProperty[], name: string): readonly CardProperty[] {
  return card.filter((property) => property.name === name);
}

function readProperty(line: string): CardProperty {
  const head = /^(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)/.exec(line);
  if (head === null) throw new Error("no property name");
  const parameters = new Map<string, readonly string[]>();
  let at = head[0].length;
  while (line[at] === ";") {
    const { name, values, end } = readParameter(line, at + 1);
    parameters.set(name, values);
    at = end;
  }
  if (line[at] !== ":") throw new Error("no colon behind the parameters");
  const raw = line.slice(at + 1);
  if (CONTROL.test(raw)) throw new Error("a control in a value");
  const [, group, name = ""] = head;
  return { group: group ?? null, name, parameters, raw, components: readComponents(raw), text: unescaped(raw) };
}

function readParameter(line: string, from: number) {
  const name = /^[A-Za-z0-9-]+(?==)/.exec(line.slice(from))?.[0];
  if (name === undefined) throw new Error("a parameter without a name");
  const values: string[] = [];
  let at = from + name.length;
  do {
    const value = /^(?:"[^"]*"|[^";:,]*)/u.exec(line.slice(at + 1));
    if (CONTROL.test(value?.[0] ?? "")) throw new Error("a control in a parameter");
    values.push((value?.[0] ?? "").replace(/^"|"$/g, ""));
    at += 1 + (value?.[0].length ?? 0);
  } while (line[at] === ",");
  return { name: name.toUpperCase(), values, end: at };
}

function readComponents(raw: string): readonly (readonly string[])[] {
  const components: string[][] = [[]];
  let value = "";
  for (let i = 0; i < raw.length; i += 1) {
    const char = raw[i] as string;
    if (char === "\\") value += unescaped(raw.slice(i, ++i + 1));
    else if (char !== ";" && char !== ",") value += char;
    else {
      components.at(-1)?.push(value);
      value = "";
      if (char === ";") components.push([]);
    }
  }
  components.at(-1)?.push(value);
  return components;
}

function unescaped(raw: string): string {
  let text = "";
  for (let i = 0; i < raw.length; i += 1) {
    if (raw[i] !== "\\") text += raw[i];
    else {
      i += 1;
      text += raw[i] === "n" || raw[i] === "N" ? "\n" : (raw[i] ?? "");
    }
  }
  return text;
}
