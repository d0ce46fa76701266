import { binaryBytes, binaryString } from "../bytes/binary-string.ts";
import { decodeText } from "../bytes/decode-text.ts";
import { decodeBase64, decodeQuotedPrintable } from "../bytes/transfer-encoding.ts";

/** How deep multiparts are followed to find the text of a body. */
const MAX_DEPTH = 8;
/** How many parts of one multipart are looked at. */
const MAX_PARTS = 100;

/** What a message says, in the forms that it has. */
export interface MimeTexts {
  readonly text?: string;
  readonly html?: string;
}

/**
 * The texts of a body of AirSyncBase Type 4, a message as XML text: its first text/plain and its first text/html part.
 * For bodies of calendar objects and contacts only; messages have a reader of their own.
 */
export function mimeTexts(message: string): MimeTexts {
  // XML text is Unicode already: 8-bit parts of the message are read as UTF-8 again.
  return entityText(binaryString(new TextEncoder().encode(message)), 0);
}

function entityText(entity: string, depth: number): MimeTexts {
  const { head, body } = splitEntity(entity);
  const contentType = headerBody(head, "content-type") ?? "text/plain";
  const type = /^\s*([^;\s]*)/.exec(contentType)?.[1]?.toLowerCase() ?? "";
  if (type.startsWith("multipart/")) return multipartText(body, parameterOf(contentType, "boundary"), depth);
  if (type !== "text/plain" && type !== "text/html" && type !== "") return {};
  const encoding = headerBody(head, "content-transfer-encoding")?.trim().toLowerCase() ?? "";
  const bytes = decodeTransfer(binaryBytes(body), encoding);
  const isEncoded = encoding === "base64" || encoding === "quoted-printable";
  const { text } = decodeText(bytes, isEncoded ? parameterOf(contentType, "charset") : null);
  return type === "text/html" ? { html: text } : { text };
}

function multipartText(body: string, boundary: string | null, depth: number): MimeTexts {
  if (boundary === null || boundary === "" || depth === MAX_DEPTH) return {};
  const parts = `\n${body}`.split(`\n--${boundary}`, MAX_PARTS).slice(1);
  const found = parts
    .filter((part) => !part.startsWith("--"))
    .map((part) => entityText(part.slice(part.indexOf("\n") + 1), depth + 1));
  const text = found.find((candidate) => candidate.text !== undefined)?.text;
  const html = found.find((candidate) => candidate.html !== undefined)?.html;
  return { ...(text === undefined ? {} : { text }), ...(html === undefined ? {} : { html }) };
}

function splitEntity(entity: string): { readonly head: string; readonly body: string } {
  if (/^\r?\n/.test(entity)) return { head: "", body: entity.replace(/^\r?\n/, "") };
  const end = /\r?\n\r?\n/.exec(entity);
  if (end === null) return { head: entity, body: "" };
  return { head: entity.slice(0, end.index), body: entity.slice(end.index + end[0].length).replace(/\r$/, "") };
}

function headerBody(head: string, name: string): string | null {
  const unfolded = head.replace(/\r?\n[ \t]/g, " ");
  return new RegExp(`^${name}[ \\t]*:(.*)$`, "im").exec(unfolded)?.[1] ?? null;
}

function parameterOf(header: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, "i").exec(header);
  return match?.[1] ?? match?.[2] ?? null;
}

function decodeTransfer(bytes: Uint8Array, encoding: string): Uint8Array {
  if (encoding === "base64") return decodeBase64(bytes);
  return encoding === "quoted-printable" ? decodeQuotedPrintable(bytes) : bytes;
}
