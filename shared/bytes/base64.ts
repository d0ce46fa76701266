import { binaryBytes } from "./binary-string.ts";
import { decodeBase64 } from "./transfer-encoding.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Encodes bytes as base64 (RFC 4648 4) with padding, without line ends. */
export function encodeBase64(bytes: Uint8Array): string {
  const digits: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    digits.push(
      `${ALPHABET[bits >> 18]}${ALPHABET[(bits >> 12) & 63]}` +
        `${left > 1 ? ALPHABET[(bits >> 6) & 63] : "="}${left > 2 ? ALPHABET[bits & 63] : "="}`,
    );
  }
  return digits.join("");
}

/** Decodes base64 that may hold white space and lack its padding; null when it is anything else, or nothing. */
export function decodeStrictBase64(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(digits) || digits.replace(/=+$/, "").length % 4 === 1) return null;
  return decodeBase64(binaryBytes(digits));
}
