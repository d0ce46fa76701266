import type { RawItem } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";
import { filePath, fileStem } from "./file-name.ts";

/** Writes what nobody could read as it is. */
export function writeRaw(item: RawItem, ordinal: number): readonly OutputFile[] {
  const extension = item.holes.length > 0 ? ".partial.bin" : ".bin";
  const titles = [fileStem(item.origin.name)];
  const path = filePath({ folder: "other", ordinal, titles, extension });
  return [{ path, mediaType: "application/octet-stream", content: item.content }];
}
