import { oneLine } from "./content-value.ts";
import { headerLines } from "./header-words.ts";
import { type MimePart, textPart } from "./mime-part.ts";
import type { SyncElement } from "./sync-element.ts";
import { child, childrenNamed, fieldNumber, fieldText } from "./sync-fields.ts";

/** What is known of an attachment whose content the source does not hold. */
interface MissingAttachment {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly contentId: string | null;
}

/** Characters of a percent-encoded value on one line; the longest parameter name fits before it. */
const MAX_VALUE_CHARS = 55;

/** The attachments that ApplicationData lists, AirSyncBase or 2.5. */
function missingAttachments(data: SyncElement): readonly MissingAttachment[] {
  const list = child(data, "Attachments");
  if (list === null) return [];
  return childrenNamed(list, "Attachment").map((attachment) => ({
    name: oneLine(fieldText(attachment, "DisplayName") ?? fieldText(attachment, "AttName") ?? "") || "unnamed",
    sizeBytes: fieldNumber(attachment, "EstimatedDataSize") ?? fieldNumber(attachment, "AttSize"),
    contentId: oneLine(fieldText(attachment, "ContentId") ?? "") || null,
  }));
}

/** One header per missing attachment, with its name as RFC 2231 says. */
export function missingAttachmentHead(data: SyncElement): readonly string[] {
  return missingAttachments(data).flatMap(({ name, sizeBytes }) => {
    const parameters = [...fileNameParameters(name), ...(sizeBytes === null ? [] : [`size=${sizeBytes}`])];
    const words = ["attachment", ...parameters];
    return headerLines(
      "X-HU01-Missing-Attachment",
      words.map((word, i) => (i === words.length - 1 ? word : `${word};`)),
    );
  });
}

/** A part that lists the missing attachments, or none. Nothing pretends to be their content. */
export function missingAttachmentParts(data: SyncElement): readonly MimePart[] {
  const missing = missingAttachments(data);
  if (missing.length === 0) return [];
  const lines = missing.map(({ name, sizeBytes, contentId }) => {
    const facts = [
      ...(sizeBytes === null ? [] : [`${sizeBytes} bytes`]),
      ...(contentId === null ? [] : [`content-id ${contentId}`]),
    ];
    return `- ${name}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
  });
  const text = ["The source does not hold these attachments:", "", ...lines, ""].join("\n");
  return [textPart("text/plain", text, ["Content-Disposition: inline"])];
}

/** `filename*` (RFC 2231), in numbered pieces when it is long; everything but letters, digits, `-._` is encoded. */
function fileNameParameters(name: string): readonly string[] {
  const characters = Array.from(name, percentEncoded);
  const pieces: string[] = [];
  let piece = "utf-8''";
  for (const character of characters) {
    if (piece.length + character.length > MAX_VALUE_CHARS) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces.length === 1 ? [`filename*=${piece}`] : pieces.map((value, i) => `filename*${i}*=${value}`);
}

function percentEncoded(character: string): string {
  if (/^[A-Za-z0-9._-]$/.test(character)) return character;
  const octets = [...new TextEncoder().encode(character)];
  return octets.map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
