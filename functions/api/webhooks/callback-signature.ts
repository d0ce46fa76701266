import { createHmac } from "node:crypto";
import type { NoteStore } from "../../../shared/note-store.ts";
import { createServiceSecret } from "../http/service-secret.ts";

/** The header that proves a callback's origin and age: `t=` Unix seconds, `v1=` the HMAC in hexadecimal digits. */
export const SIGNATURE_HEADER = "hu01-signature" as const;
/** Each attempt is signed anew, so a receiver may refuse what is older: somebody has recorded it and sends it again. */
export const TOLERANCE_SECONDS = 300;

/**
 * The keys that callbacks are signed with, one for each owner, made of the service's own secret: they need no storage
 * of their own, and no owner can make another one's.
 *
 * @returns gives an owner's key as ASCII text
 */
export function createCallbackSecrets(notes: NoteStore): (owner: string) => Promise<string> {
  const serviceSecret = createServiceSecret(notes);
  return async (owner) => {
    const message = JSON.stringify(["callbacks", owner]);
    const key = createHmac("sha256", await serviceSecret())
      .update(message)
      .digest("base64url");
    return `whsec_${key}`;
  };
}

/** The value of the signature header: HMAC-SHA-256 (RFC 2104) of `{t}.{body}`. */
export function signCallback(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const mac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${mac}`;
}
