import type { WarningCode } from "../items/warning.ts";
import { headerText } from "./header-words.ts";
import { bodyText, type ItemBody, readBody } from "./item-body.ts";
import { messageHead } from "./message-head.ts";
import { base64Part, encodedPart, type MimePart, multipart, textPart } from "./mime-part.ts";
import { missingAttachmentHead, missingAttachmentParts } from "./missing-attachments.ts";
import { itemHash } from "./stable-id.ts";
import type { MapContext, SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";
import { parseWireMillis } from "./wire-date.ts";

/** A message made of its parts on the server, and what is known of it besides. */
export interface SynthesisedMessage {
  /** A whole RFC 5322 message, ASCII but for addresses beyond it. */
  readonly bytes: Uint8Array;
  readonly warnings: readonly WarningCode[];
  readonly subject: string | null;
  /** Milliseconds since 1970 UTC; null when neither the item nor the archive names a date. */
  readonly dateMillis: number | null;
}

/** The calendar object of a meeting request, written and folded, for a part of the message (RFC 6047 2.4). */
export interface MeetingPart {
  readonly method: "REQUEST" | "CANCEL" | "REPLY";
  readonly bytes: Uint8Array;
}

/** RFC 5322 3.3 has no earlier years. */
const MIN_YEAR = 1900;

/**
 * Makes an RFC 5322 message of an Email item that came without one (MAPPING.md 12.2): the same bytes for the same
 * item, always. Never fails; what the item lacks is left out, or stands for itself with a warning.
 *
 * @param data ApplicationData of class Email
 * @param meeting what MeetingRequest was mapped to, if there is one
 */
export function synthesiseMessage(
  data: SyncElement,
  context: MapContext,
  meeting: MeetingPart | null = null,
): SynthesisedMessage {
  const warnings = new Set<WarningCode>();
  const body = readBody(data);
  for (const warning of body.warnings) warnings.add(warning);
  const received = dateReceived(data);
  if (received === null) warnings.add("date-synthesised");
  const dateMillis = received ?? context.fallbackMillis;
  const content = contentOf(data, context, body, meeting);
  const lines = [
    // 1970 is no guess but a sign, and the warning says so; a message without Date is none (RFC 5322 3.6).
    ...messageHead(data, context, dateMillis ?? 0),
    ...missingAttachmentHead(data),
    "MIME-Version: 1.0",
    ...content.head,
    "",
    ...content.body,
  ];
  const bytes = new TextEncoder().encode(`${lines.join("\r\n")}\r\n`);
  return { bytes, warnings: [...warnings], subject: headerText(fieldText(data, "Subject") ?? "") || null, dateMillis };
}

function dateReceived(data: SyncElement): number | null {
  const millis = parseWireMillis(fieldText(data, "DateReceived"));
  return millis === null || new Date(millis).getUTCFullYear() < MIN_YEAR ? null : millis;
}

/** Text, HTML and invitation are one content in several forms; attachments stand beside it. */
function contentOf(data: SyncElement, context: MapContext, body: ItemBody, meeting: MeetingPart | null): MimePart {
  const hash = itemHash(context);
  const forms = [...textForms(body), ...(meeting === null ? [] : [meetingPart(meeting)])];
  const attached = [...rtfParts(body), ...missingAttachmentParts(data)];
  // Not the same boundary, nor one that begins with the other: readers compare only its beginning.
  const inner = attached.length === 0 ? hash : itemHash(context, "alternative");
  return multipart("mixed", boundary(hash), [multipart("alternative", boundary(inner), forms), ...attached]);
}

/** `=_` can stand in no quoted-printable and no base64 (RFC 2045 6.7). */
const boundary = (hash: string): string => `=_hu01_${hash}`;

function textForms(body: ItemBody): readonly MimePart[] {
  const text = body.html === null ? (bodyText(body) ?? "") : body.text;
  return [
    ...(text === null ? [] : [textPart("text/plain", text)]),
    ...(body.html === null ? [] : [textPart("text/html", withTrueCharset(body.html))]),
  ];
}

/** The charset that the HTML states for itself is that of its source; readers that believe it would misread UTF-8. */
function withTrueCharset(html: string): string {
  return html.replace(/(<meta\b[^<>]{0,1000}?\bcharset\s{0,9}=\s{0,9}["']?)[^\s"'<>/;]{1,40}/gi, "$1utf-8");
}

function meetingPart({ method, bytes }: MeetingPart): MimePart {
  return encodedPart([`Content-Type: text/calendar; charset=utf-8; method=${method}`], bytes);
}

function rtfParts(body: ItemBody): readonly MimePart[] {
  if (body.rtf === null) return [];
  const isReadable = !body.warnings.includes("body-unreadable");
  const [type, name] = isReadable ? ["application/rtf", "body.rtf"] : ["application/octet-stream", "body.rtf.lzfu"];
  const disposition = `Content-Disposition: attachment; filename="${name}"`;
  return [base64Part([`Content-Type: ${type}; name="${name}"`, disposition], body.rtf)];
}
