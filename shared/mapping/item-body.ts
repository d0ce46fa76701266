import { decodeStrictBase64 } from "../bytes/base64.ts";
import type { WarningCode } from "../items/warning.ts";
import { decompressRtf } from "./compressed-rtf.ts";
import { htmlText } from "./html-text.ts";
import { mimeTexts } from "./mime-text.ts";
import { rtfText } from "./rtf-text.ts";
import type { SyncElement } from "./sync-element.ts";
import { childrenNamed, fieldFlag, fieldText } from "./sync-fields.ts";

/** The forms in which an item's body came; null for those that it lacks. */
export interface ItemBody {
  /** Line ends as they came. */
  readonly text: string | null;
  readonly html: string | null;
  /** Decompressed, or as it came when it cannot be decompressed. */
  readonly rtf: Uint8Array | null;
  readonly warnings: readonly WarningCode[];
}

/** The reader for each AirSyncBase Type; an unknown one is taken as text. */
const FORMS: Readonly<Record<string, (data: string) => Partial<ItemBody>>> = {
  "1": (text) => ({ text }),
  "2": (html) => ({ html }),
  "3": readRtf,
  "4": mimeTexts,
};

/**
 * Reads the Body elements (AirSyncBase with Type and Data, or the plain text of 2.5) and CompressedRTF. Of several of
 * one form the first counts.
 */
export function readBody(data: SyncElement): ItemBody {
  const forms = [
    ...childrenNamed(data, "Body").map(readForm),
    ...childrenNamed(data, "CompressedRTF").map(({ text }) => readRtf(text)),
  ];
  const isTruncated =
    fieldFlag(data, "BodyTruncated") || childrenNamed(data, "Body").some((body) => fieldFlag(body, "Truncated"));
  const truncation: readonly WarningCode[] = isTruncated ? ["body-truncated"] : [];
  return {
    text: firstOf(forms, "text"),
    html: firstOf(forms, "html"),
    rtf: firstOf(forms, "rtf"),
    warnings: [...truncation, ...forms.flatMap(({ warnings }) => warnings ?? [])],
  };
}

function readForm(body: SyncElement): Partial<ItemBody> {
  if (body.children.length === 0) return body.text.trim() === "" ? {} : { text: body.text };
  const data = fieldText(body, "Data");
  if (data === null) return {};
  const read = FORMS[fieldText(body, "Type")?.trim() ?? "1"];
  return read === undefined ? { text: data } : read(data);
}

function readRtf(base64: string): Partial<ItemBody> {
  if (base64.trim() === "") return {};
  const compressed = decodeStrictBase64(base64);
  const rtf = compressed === null ? null : uncompressed(compressed);
  return rtf === null ? { rtf: compressed, warnings: ["body-unreadable"] } : { rtf };
}

/** Some writers leave out the compression. */
function uncompressed(bytes: Uint8Array): Uint8Array | null {
  const isPlain = bytes[0] === 0x7b && bytes[1] === 0x5c;
  return isPlain ? bytes : decompressRtf(bytes);
}

function firstOf<K extends "text" | "html" | "rtf">(forms: readonly Partial<ItemBody>[], key: K): ItemBody[K] | null {
  return forms.find((form) => form[key] !== undefined && form[key] !== null)?.[key] ?? null;
}

/** The body as text: its own, else what is shown of its HTML, else of its RTF. Null when there is nothing to show. */
export function bodyText(body: ItemBody): string | null {
  if (body.text !== null) return body.text;
  const shown = body.html === null ? shownRtf(body) : htmlText(body.html);
  return shown === null || shown.trim() === "" ? null : shown;
}

function shownRtf(body: ItemBody): string | null {
  if (body.rtf === null || body.warnings.includes("body-unreadable")) return null;
  return rtfText(body.rtf).trim();
}
