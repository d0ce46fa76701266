import { binaryBytes, binaryString } from "./binary-string.ts";
import { decodeBinaryText, decodeText } from "./decode-text.ts";
import { decodeBase64 } from "./transfer-encoding.ts";

/** `=?charset?B|Q?text?=`, the charset with an optional RFC 2231 language. Spaces inside are against RFC 2047, yet real. */
const ENCODED_WORD = /=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bq])\?([^?]*)\?=/gi;

interface Word {
  /** Lower-case. */
  readonly charset: string;
  readonly isBase64: boolean;
  readonly encoded: string;
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
    run.push({ charset: charset.toLowerCase(), isBase64: /b/i.test(encoding), encoded });
    end = match.index + whole.length;
  }
  return text + decodeRun(run) + decodeBinaryText(body.slice(end), null).text;
}

function decodeRun(run: readonly Word[]): string {
  const charset = run[0]?.charset;
  if (charset === undefined) return "";
  let bytes = "";
  let base64 = "";
  for (const word of run) {
    // Base64 is joined before it is decoded: generators cut it between any two characters.
    if (word.isBase64) base64 += word.encoded;
    else {
      bytes += decodeBase64Text(base64) + decodeQ(word.encoded);
      base64 = "";
    }
  }
  return decodeText(binaryBytes(bytes + decodeBase64Text(base64)), charset).text;
}

const decodeBase64Text = (encoded: string): string => binaryString(decodeBase64(binaryBytes(encoded)));

/** RFC 2047 4.2, to a binary string. */
function decodeQ(encoded: string): string {
  return encoded
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
