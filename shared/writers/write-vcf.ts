import { foldLines } from "../bytes/fold-line.ts";
import type { ContactItem } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";
import { filePath, fileStem } from "./file-name.ts";

const MEDIA_TYPE = "text/vcard; charset=utf-8";

/** Writes a card, and beside a converted one its own bytes as `.orig.vcf` (in whatever charset they are). */
export function writeVcf(item: ContactItem, ordinal: number): readonly OutputFile[] {
  const titles = [item.formattedName, fileStem(item.origin.name)];
  const naming = { folder: "contacts", ordinal, titles };
  const path = filePath({ ...naming, extension: ".vcf" });
  const card: OutputFile = { path, mediaType: MEDIA_TYPE, content: { [Symbol.iterator]: () => foldLines(item.lines) } };
  if (item.original === null) return [card];
  const originalPath = filePath({ ...naming, extension: ".orig.vcf" });
  return [card, { path: originalPath, mediaType: "text/x-vcard", content: [item.original] }];
}
