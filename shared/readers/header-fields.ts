import { binaryString } from "../bytes/binary-string.ts";

/** One header field. */
export interface HeaderField {
  /** Lower-case. */
  readonly name: string;
  /** Unfolded body as a binary string: not yet decoded, without the line ends (RFC 5322 2.2.3). */
  readonly body: string;
}

/**
 * Splits a header block (up to, and without, the blank line) into its fields, in order. A line that is no field and
 * no continuation, such as an mbox `From ` line, is passed over.
 */
export function parseHeaderFields(block: Uint8Array): readonly HeaderField[] {
  const fields: { name: string; body: string[] }[] = [];
  for (const rawLine of binaryString(block).split("\n")) {
    const line = rawLine.endsWith("\r") ? rawLine.slice(0, -1) : rawLine;
    const first = line.charCodeAt(0);
    if (first === 0x20 || first === 0x09) {
      fields.at(-1)?.body.push(line);
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    if (/^[!-9;-~]+$/.test(name)) fields.push({ name, body: [line.slice(colon + 1)] });
  }
  return fields.map((field) => ({ name: field.name, body: field.body.join("").trim() }));
}

/** Body of the first field of that (lower-case) name, or null. */
export function firstField(fields: readonly HeaderField[], name: string): string | null {
  return fields.find((field) => field.name === name)?.body ?? null;
}
