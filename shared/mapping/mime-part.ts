import { encodeBase64 } from "../bytes/base64.ts";

/** One MIME entity without its MIME-Version: header lines and an encoded body, all ASCII, lines without CRLF. */
export interface MimePart {
  readonly head: readonly string[];
  readonly body: readonly string[];
}

/** RFC 2045 6.7 (5) and 6.8. */
const MAX_LINE_CHARS = 76;
/** Above this share of bytes beyond ASCII, base64 is shorter and no less readable than quoted-printable. */
const MAX_QUOTED_SHARE = 0.3;

/** A text part in UTF-8. @param type such as `text/plain`, parameters other than charset behind it */
export function textPart(type: string, text: string, headers: readonly string[] = []): MimePart {
  const bytes = new TextEncoder().encode(text.replace(/\r\n?|\n/g, "\r\n"));
  const contentType = `Content-Type: ${type}; charset=utf-8`;
  return encodedPart([contentType, ...headers], bytes);
}

/** A part of bytes that are text: quoted-printable, or base64 where little of it is ASCII. */
export function encodedPart(head: readonly string[], bytes: Uint8Array): MimePart {
  const beyondAscii = bytes.reduce((count, byte) => count + (byte > 0x7f ? 1 : 0), 0);
  if (beyondAscii > bytes.length * MAX_QUOTED_SHARE) return base64Part(head, bytes);
  return { head: [...head, "Content-Transfer-Encoding: quoted-printable"], body: quotedPrintable(bytes) };
}

/** A part of any bytes. */
export function base64Part(head: readonly string[], bytes: Uint8Array): MimePart {
  const body = encodeBase64(bytes).match(new RegExp(`.{1,${MAX_LINE_CHARS}}`, "g")) ?? [];
  return { head: [...head, "Content-Transfer-Encoding: base64"], body };
}

/** Several parts as one; a single one is returned as it is. */
export function multipart(subtype: string, boundary: string, parts: readonly MimePart[]): MimePart {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const head = [`Content-Type: multipart/${subtype};`, ` boundary="${boundary}"`];
  const body = parts.flatMap((part) => [`--${boundary}`, ...part.head, "", ...part.body]);
  return { head, body: [...body, `--${boundary}--`] };
}

/** RFC 2045 6.7. Line ends of the text are CRLF; what looks like the start of an mbox entry is encoded too. */
function quotedPrintable(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x0d && bytes[at + 1] === 0x0a) {
      lines.push(line);
      line = "";
      at += 1;
      continue;
    }
    const token = mustEncode(bytes, at, line)
      ? `=${byte.toString(16).toUpperCase().padStart(2, "0")}`
      : String.fromCharCode(byte);
    if (line.length + token.length > MAX_LINE_CHARS - 1) {
      lines.push(`${line}=`);
      line = "";
    }
    line += token;
  }
  return line === "" ? lines : [...lines, line];
}

function mustEncode(bytes: Uint8Array, at: number, line: string): boolean {
  const byte = bytes[at] as number;
  if (byte === 0x20 || byte === 0x09) return at + 1 === bytes.length || bytes[at + 1] === 0x0d;
  const beginsFrom = line === "" && byte === 0x46 && String.fromCharCode(...bytes.subarray(at, at + 5)) === "From ";
  return byte < 0x21 || byte > 0x7e || byte === 0x3d || beginsFrom;
}
