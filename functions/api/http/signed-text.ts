import { createHmac, timingSafeEqual } from "node:crypto";

const SIGNATURE_BYTES = 16;

/**
 * Text that a client carries for the service and cannot change: `payload.signature`, both base64url.
 *
 * @param purpose what it is for and whose it is; it counts only for the very same purpose
 */
export function signText(secret: string, purpose: readonly string[], text: string): string {
  return `${Buffer.from(text).toString("base64url")}.${sign(secret, purpose, text).toString("base64url")}`;
}

/** The text, or null when this service has not signed it for that purpose. */
export function verifyText(secret: string, purpose: readonly string[], signed: string): string | null {
  const [payload = "", signature = "", ...rest] = signed.split(".");
  const text = Buffer.from(payload, "base64url").toString();
  const given = Buffer.from(signature, "base64url");
  if (rest.length > 0 || given.length !== SIGNATURE_BYTES) return null;
  return timingSafeEqual(given, sign(secret, purpose, text)) ? text : null;
}

/** HMAC-SHA-256 (RFC 2104), cut to 128 bits as its section 5 allows; JSON keeps the purpose's parts apart. */
function sign(secret: string, purpose: readonly string[], text: string): Buffer {
  const message = JSON.stringify([purpose, text]);
  return createHmac("sha256", secret).update(message).digest().subarray(0, SIGNATURE_BYTES);
}
