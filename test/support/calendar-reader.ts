/** `name *(";" param) ":" value` of RFC 5545 3.1. */
const CONTENT_LINE = /^[A-Za-z0-9-]+(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*:/;
/** What no line may hold: CONTROL of the same clause, which has neither TAB nor C1. */
const CONTROL = /(?![\t\u0080-\u009f])\p{Cc}/u;

const TZID_PARAMETER = /;TZID=(?:"([^"]*)"|([^";:,]*))/i;
const MAIN = new Set(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"]);

/**
 * Judges a calendar by the grammar of RFC 5545 alone: every line is a content line, VERSION and PRODID are there, each
 * main component has its UID and DTSTAMP once, and each TZID has one VTIMEZONE. A foreign calendar may name a zone that
 * nobody knows; one that the platform knows must be defined.
 *
 * @param lines unfolded and balanced
 * @throws Error that says what is wrong
 */
export function expectStrictCalendar(lines: readonly string[]): void {
  for (const line of lines) {
    if (!CONTENT_LINE.test(line) || CONTROL.test(line)) throw new Error(`no content line: ${JSON.stringify(line)}`);
  }
  const stack: { readonly name: string; readonly properties: Map<string, number> }[] = [];
  const defined: string[] = [];
  const named = new Set<string>();
  for (const line of lines) {
    const name = nameOf(line);
    const inside = stack.at(-1);
    if (name === "BEGIN") stack.push({ name: line.slice(6), properties: new Map() });
    else if (name === "END") expectComplete(stack.pop());
    else inside?.properties.set(name, (inside.properties.get(name) ?? 0) + 1);
    if (inside?.name === "VTIMEZONE" && name === "TZID") defined.push(line.slice(line.indexOf(":") + 1).trim());
    const zone = TZID_PARAMETER.exec(headOf(line));
    if (zone !== null) named.add((zone[1] ?? zone[2] ?? "").trim());
  }
  if (new Set(defined).size !== defined.length) throw new Error("a TZID has two VTIMEZONEs");
  for (const zone of named) {
    if (!defined.includes(zone) && isKnownZone(zone)) throw new Error(`no VTIMEZONE for ${zone}`);
  }
}

const nameOf = (line: string): string => (/^[A-Za-z0-9-]+/.exec(line)?.[0] ?? "").toUpperCase();

/** A line up to the colon that ends its parameters. */
const headOf = (line: string): string => /^(?:[^":]|"[^"]*")*/.exec(line)?.[0] ?? "";

function expectComplete(component: { readonly name: string; readonly properties: Map<string, number> } | undefined) {
  const { name = "", properties = new Map() } = component ?? {};
  const required = name === "VCALENDAR" ? ["VERSION", "PRODID"] : MAIN.has(name) ? ["UID", "DTSTAMP"] : [];
  for (const property of required) {
    if (!properties.has(property)) throw new Error(`a ${name} without ${property}`);
  }
}

function isKnownZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
