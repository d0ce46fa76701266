import { stringify } from "csv-stringify/sync";
import { ERROR_COLUMNS, type ErrorRow } from "./error-rows.ts";

/** Forms in which a list of errors is given. */
export const ROW_FORMATS = ["jsonl", "csv"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What is handed on together. */
const BATCH_ROWS = 256;

/** How a list is written in each form. */
const WRITERS: Readonly<Record<RowFormat, { readonly head: string; write(rows: readonly ErrorRow[]): string }>> = {
  jsonl: { head: "", write: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("") },
  csv: { head: `${ERROR_COLUMNS.join(",")}\r\n`, write: toCsv },
};

export const ROW_MEDIA_TYPES = {
  jsonl: "application/x-ndjson",
  csv: "text/csv; charset=utf-8; header=present",
} as const satisfies Record<RowFormat, string>;

/** A list of errors as UTF-8: JSON lines, or CSV (RFC 4180) with its columns named in the first line. */
export async function* writeRows(rows: AsyncIterable<ErrorRow>, format: RowFormat): AsyncGenerator<Uint8Array> {
  const { head, write } = WRITERS[format];
  let batch: ErrorRow[] = [];
  if (head !== "") yield Buffer.from(head);
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield Buffer.from(write(batch));
    batch = [];
  }
  if (batch.length > 0) yield Buffer.from(write(batch));
}

/** Subjects and names are other people's words: none of them may become a formula in a spreadsheet. */
function toCsv(rows: readonly ErrorRow[]): string {
  return stringify([...rows], { columns: [...ERROR_COLUMNS], record_delimiter: "windows", escape_formulas: true });
}
