import { textHash } from "../bytes/stable-id.ts";
import { ArchiveError } from "../errors.ts";
import type { CalendarItem, ContactItem, Duplicate, Finding, Origin, Skipped, SourcePosition } from "../items/item.ts";
import type { Limits } from "../limits.ts";
import { parseCalendar } from "./parse-calendar.ts";
import { parseCards } from "./parse-cards.ts";
import type { LostPart, PimPart } from "./pim-collector.ts";

/** What the parts of one message share. */
export interface MessageContext {
  /** Place of the message. */
  readonly position: SourcePosition;
  readonly dateMillis: number | null;
  readonly limits: Limits;
}

/**
 * Turns the calendar and contact parts of one message into items. What is the same as an earlier one in normalised
 * text (the invitation and its attached copy) is a duplicate; what cannot be read is skipped.
 */
export function* readPimParts(parts: readonly (PimPart | LostPart)[], context: MessageContext): Generator<Finding> {
  const seen = new Map<string, CalendarItem | ContactItem>();
  for (const part of parts) {
    const origin: Origin = { position: context.position, part: part.number, name: part.name };
    if (part.kind === "lost") {
      yield { kind: "skipped", origin, code: part.code };
      continue;
    }
    for (const finding of readPart(part, origin, context)) {
      yield finding.kind === "skipped" ? finding : orDuplicate(finding, seen);
    }
  }
}

function orDuplicate(item: CalendarItem | ContactItem, seen: Map<string, CalendarItem | ContactItem>): Finding {
  const hash = textHash(item.lines);
  const first = seen.get(hash);
  if (first === undefined) {
    seen.set(hash, item);
    return item;
  }
  return { kind: "duplicate", origin: item.origin, of: first } satisfies Duplicate;
}

function* readPart(
  part: PimPart,
  origin: Origin,
  { dateMillis, limits }: MessageContext,
): Generator<CalendarItem | ContactItem | Skipped> {
  let count = 0;
  try {
    for (const object of parsePimObjects(part, dateMillis)) {
      count += 1;
      if (count > limits.maxObjectsPerPart) {
        yield { kind: "skipped", origin, code: "readers/part-too-large" };
        return;
      }
      yield { ...object, origin };
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    yield { kind: "skipped", origin, code: error.code };
    return;
  }
  if (count === 0 && part.declared) yield { kind: "skipped", origin, code: "readers/part-invalid" };
}

/** Parses a whole calendar or card text into its objects, without their origin. */
function parsePimObjects(
  part: Pick<PimPart, "kind" | "bytes" | "charset" | "method">,
  stampMillis: number | null,
): Generator<Omit<CalendarItem, "origin"> | Omit<ContactItem, "origin">> {
  return part.kind === "contact"
    ? parseCards(part.bytes, part.charset)
    : parseCalendar(part.bytes, { charset: part.charset, method: part.method, stampMillis });
}
