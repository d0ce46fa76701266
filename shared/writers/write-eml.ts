import type { MailItem } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";
import { filePath } from "./file-name.ts";

/** Writes a message as it is. One with holes is named `.partial.eml`, so that nobody takes it for whole. */
export function writeEml(item: MailItem, ordinal: number): readonly OutputFile[] {
  const extension = item.holes.length > 0 || item.isTruncated === true ? ".partial.eml" : ".eml";
  const { dateMillis, subject } = item;
  const path = filePath({ folder: "mail", ordinal, dateMillis, titles: [subject], extension });
  return [{ path, mediaType: "message/rfc822", content: item.content }];
}
