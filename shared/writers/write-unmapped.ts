import type { KeptSource } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";

const ORDINAL_DIGITS = 6;

/** Writes the source of something that could not be made an item, named by its ids, or by its number without any. */
export function writeUnmapped({ id, xml }: KeptSource, ordinal: number): OutputFile {
  const name = id ?? String(ordinal).padStart(ORDINAL_DIGITS, "0");
  return { path: `unmapped/${name}.xml`, mediaType: "application/xml", content: [new TextEncoder().encode(xml)] };
}
