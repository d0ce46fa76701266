import { ReaderError } from "../errors.ts";

/** Lines whose BEGIN and END are balanced. */
export interface BalancedLines {
  readonly lines: readonly string[];
  readonly repaired: boolean;
}

/** One component of a calendar, with the lines of its own components inside. */
export interface Component {
  /** Upper-case, for example `VEVENT`. */
  readonly name: string;
  /** BEGIN to END. */
  readonly lines: readonly string[];
}

/** What stands directly in a VCALENDAR: a property or a component, in order. */
export type CalendarEntry = string | Component;

/** These hold no others of their kind: a second BEGIN means that an END went missing. */
const TOP_COMPONENTS = new Set(["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VALARM"]);
/** Real ones have 3 levels; stops a megabyte of BEGIN lines from being searched for each END. */
const MAX_COMPONENT_DEPTH = 64;

/** BEGIN or END, and the name as it stands. */
const EDGE = /^(begin|end)[ \t]*(?:;[^:]*)?:(.*)$/is;

/**
 * Balances BEGIN and END: ends that are missing are added before the next component of the kind, or at the end; ends
 * that belong to nothing are dropped, as is text outside of any component; an event outside gets a calendar around it.
 * BEGIN and END lines are put in upper case.
 *
 * @throws ReaderError readers/part-invalid when they nest deeper than 64
 * @param root name of the outermost component; another BEGIN of it closes all that is open
 */
export function balanceLines(lines: readonly string[], root: string): BalancedLines {
  const open: string[] = [];
  const balanced: string[] = [];
  let repaired = false;
  const closeTo = (depth: number): void => {
    while (open.length > depth) {
      balanced.push(`END:${open.pop()}`);
      repaired = true;
    }
  };
  for (const line of lines) {
    const edge = EDGE.exec(line);
    const name = edge?.[2]?.replace(/[^A-Za-z0-9-]/g, "").toUpperCase();
    if (edge !== null && name !== edge[2]?.trim().toUpperCase()) repaired = true;
    if (name === undefined) {
      if (open.length > 0) balanced.push(line);
      else repaired = true;
    } else if (name === "") repaired = true;
    else if (edge?.[1]?.toLowerCase() === "begin") {
      closeTo(depthForBegin(open, name, root));
      if (open.length === 0 && name !== root) {
        repaired = true;
        if (!TOP_COMPONENTS.has(name)) continue;
        open.push(root);
        balanced.push(`BEGIN:${root}`);
      }
      if (open.length === MAX_COMPONENT_DEPTH) throw new ReaderError("readers/part-invalid");
      open.push(name);
      balanced.push(`BEGIN:${name}`);
    } else {
      const at = open.lastIndexOf(name);
      if (at === -1) repaired = true;
      else {
        closeTo(at + 1);
        open.pop();
        balanced.push(`END:${name}`);
      }
    }
  }
  closeTo(0);
  return { lines: balanced, repaired };
}

/** How many of the open components may stay open when a component begins. */
function depthForBegin(open: readonly string[], name: string, root: string): number {
  if (name === root) return 0;
  if (!TOP_COMPONENTS.has(name)) return open.length;
  const kinds = name === "VALARM" ? ["VALARM"] : [...TOP_COMPONENTS];
  const first = open.findIndex((candidate) => kinds.includes(candidate));
  return first === -1 ? open.length : first;
}

/** Splits balanced lines into their outermost components and each of those into its entries, BEGIN and END left out. */
export function* parseCalendars(lines: readonly string[]): Generator<readonly CalendarEntry[]> {
  let entries: CalendarEntry[] = [];
  let depth = 0;
  let start = 0;
  for (const [i, line] of lines.entries()) {
    if (line.startsWith("BEGIN:")) {
      if (depth === 1) start = i;
      depth += 1;
    } else if (line.startsWith("END:")) {
      depth -= 1;
      if (depth === 1) entries.push({ name: line.slice(4), lines: lines.slice(start, i + 1) });
      if (depth === 0) {
        yield entries;
        entries = [];
      }
    } else if (depth === 1) entries.push(line);
  }
}

/** The properties that stand directly in a component, without those of components inside it. */
export function ownLines(component: Component): readonly string[] {
  const own: string[] = [];
  let depth = 0;
  for (const line of component.lines) {
    if (line.startsWith("BEGIN:")) depth += 1;
    else if (line.startsWith("END:")) depth -= 1;
    else if (depth === 1) own.push(line);
  }
  return own;
}
