import { encodeBase64 } from "../../bytes/base64.ts";

/** Stands for itself in a name: printable US-ASCII, less what file systems and Maildir++ keep for themselves. */
const PLAIN = /^[A-Za-z0-9 !#$%'()+,;=@[\]^_`{}-]$/;

/**
 * A mailbox name in IMAP's modified UTF-7 (RFC 3501 5.1.3). Beside what that encodes, whatever is no plain character
 * of a file name is encoded too (`.` separates folders in Maildir++), as Courier does.
 *
 * @param name without line ends; may hold anything else
 */
export function encodeModifiedUtf7(name: string): string {
  let encoded = "";
  let shifted = "";
  for (const unit of name.split("")) {
    if (!PLAIN.test(unit) && unit !== "&") {
      shifted += unit;
      continue;
    }
    encoded += shift(shifted) + (unit === "&" ? "&-" : unit);
    shifted = "";
  }
  return encoded + shift(shifted);
}

/** UTF-16BE in base64 with `,` for `/` and without padding, between `&` and `-`. */
function shift(text: string): string {
  if (text === "") return "";
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes.set([unit >> 8, unit & 0xff], at * 2);
  }
  return `&${encodeBase64(bytes).replaceAll("/", ",").replace(/=+$/, "")}-`;
}
