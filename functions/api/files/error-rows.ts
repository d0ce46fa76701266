import { ERRORS } from "../../../shared/errors.ts";
import { WARNINGS } from "../../../shared/items/warning.ts";
import type { ManifestLine } from "./read-manifest.ts";

/** One thing that was lost, skipped, guessed or repaired. Offsets are of the archive, or of the member that it is in. */
export interface ErrorRow {
  /** An error lost something; a warning did not. */
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly meaning: string;
  /** Number of the item in the job, and its id; null for what is no item. */
  readonly item: number | null;
  readonly itemId: string | null;
  /** Of the file that it is about, or in which the source of a skipped item is kept. */
  readonly path: string | null;
  /** What a person knows the item by. */
  readonly title: string | null;
  readonly archiveOffset: number | null;
  readonly archiveLength: number | null;
  readonly missingBytes: number | null;
}

/** The names of the facts, in the order in which they are written. */
export const ERROR_COLUMNS = [
  "severity",
  "code",
  "meaning",
  "item",
  "itemId",
  "path",
  "title",
  "archiveOffset",
  "archiveLength",
  "missingBytes",
] as const satisfies readonly (keyof ErrorRow)[];

/** The errors and warnings that a manifest tells of, in its order. An item of several files tells its own once. */
export async function* errorRows(lines: AsyncIterable<ManifestLine>): AsyncGenerator<ErrorRow> {
  let lastItem: number | null = null;
  for await (const line of lines) {
    const isTold = line.type === "file" && line.item !== null && line.item === lastItem;
    if (!isTold) yield* rowsOf(line);
    lastItem = line.item;
  }
}

function* rowsOf(line: ManifestLine): Generator<ErrorRow> {
  const { type, code = "", unproven, partial, holes, warnings } = line;
  const row = rowOf(line);
  if (type === "skip" || type === "gap") yield { ...row, severity: "error", ...meaningOf(code) };
  if (type === "foreign") {
    yield { ...row, archiveLength: line.length, ...meaningOf(unproven > 0 ? "block-unproven" : "foreign-bytes") };
  }
  if (type !== "file" && type !== "document") return;
  for (const { code: holeCode, ...place } of holes) {
    yield { ...row, ...place, severity: "error", ...meaningOf(holeCode) };
  }
  if (partial && holes.length === 0) yield { ...row, severity: "error", ...meaningOf("hu01/truncated") };
  for (const warning of warnings) yield { ...row, ...meaningOf(warning) };
}

function rowOf({ item, itemId, path, kept, title, name, archiveOffset, archiveLength, missingBytes }: ManifestLine) {
  return {
    severity: "warning",
    code: "",
    meaning: "",
    item,
    itemId,
    path: kept?.path ?? path,
    title: title ?? name,
    archiveOffset,
    archiveLength,
    missingBytes,
  } satisfies ErrorRow;
}

function meaningOf(code: string): { readonly code: string; readonly meaning: string } {
  if (Object.hasOwn(ERRORS, code)) return { code, meaning: ERRORS[code as keyof typeof ERRORS].meaning };
  return { code, meaning: Object.hasOwn(WARNINGS, code) ? WARNINGS[code as keyof typeof WARNINGS] : "" };
}
