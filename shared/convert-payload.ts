import type { Outcome, StreamOrigin } from "./items/outcome.ts";
import type { JourneyRun } from "./journey-run.ts";
import { type Payload, readItems } from "./readers/read-items.ts";
import { writeItem } from "./writers/write-item.ts";
import { writeUnmapped } from "./writers/write-unmapped.ts";

/** Reads the items of a payload, numbers them and writes their files. */
export async function* readPayload(
  payload: Payload,
  stream: StreamOrigin | null,
  { limits, numbers, sync }: JourneyRun,
): AsyncGenerator<Outcome> {
  for await (const finding of readItems(payload, limits)) {
    const { origin } = finding;
    if (finding.kind === "deleted") {
      yield { outcome: "deleted", facts: finding.facts, origin, stream };
      continue;
    }
    const numbered = numbers.next(finding.origin, stream);
    if (finding.kind === "skipped") {
      const { code, details, kept } = finding;
      const files = kept === undefined ? [] : [writeUnmapped(kept, numbered.ordinal)];
      yield { outcome: "skipped", ...numbered, code, details, origin, files };
    } else if (finding.kind === "duplicate") {
      yield { outcome: "duplicate", ...numbered, of: numbers.ordinalOf(finding.of), origin };
    } else {
      numbers.remember(finding, numbered.ordinal);
      sync.count(finding);
      yield { outcome: "written", ...numbered, item: finding, files: writeItem(finding, numbered.ordinal) };
    }
  }
}
