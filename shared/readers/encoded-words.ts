import { binaryBytes } from "./binary-string.ts";
import { decodeBinaryText, decodeText } from "./decode-text.ts";
import { decodeBase64 } from "./transfer-encoding.ts";

/** `=?charset?B|Q?text?=`, the charset with an optional RFC 2231 language. Spaces inside are against RFC 2047, yet real. */
const ENCODED_WORD = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

interface Word {
  readonly charset: string;
  readonly bytes: Uint8Array;
}

/**
 * Decodes the encoded words (RFC 2047) of a header body and its raw 8-bit text (UTF-8, else windows-1252).
 * Neighbouring words of one charset are joined before decoding, since real generators cut characters in two.
 *
 * @param body a binary string, unfolded
 */
export function decodeEncodedWords(body: string): string {
  let text = "";
  let end = 0;
  let run: Word[] = [];
  for (const match of body.matchAll(ENCODED_WORD)) {
    const [whole, charset = "", encoding = "", encoded = ""] = match;
    const between = body.slice(end, match.index);
    // RFC 2047 6.2: blanks between two encoded words are not shown.
    const joins = run.length > 0 && between.trim() === "";
    if (!joins) {
      text += decodeRun(run) + decodeBinaryText(between, null).text;
      run = [];
    } else if (run[0]?.charset !== charset.toLowerCase()) {
      text += decodeRun(run);
      run = [];
    }
    run.push({ charset: charset.toLowerCase(), bytes: wordBytes(encoding, encoded) });
    end = match.index + whole.length;
  }
  return text + decodeRun(run) + decodeBinaryText(body.slice(end), null).text;
}

function decodeRun(run: readonly Word[]): string {
  const charset = run[0]?.charset;
  if (charset === undefined) return "";
  const bytes = run.flatMap((word) => [...word.bytes]);
  return decodeText(Uint8Array.from(bytes), charset).text;
}

function wordBytes(encoding: string, encoded: string): Uint8Array {
  if (encoding.toLowerCase() === "b") return decodeBase64(binaryBytes(encoded));
  const literal = encoded
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return binaryBytes(literal);
}
