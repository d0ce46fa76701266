import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeStrictBase64 } from "../bytes/base64.ts";
import { binaryString } from "../bytes/binary-string.ts";

/** Where the parts of a GlobalObjId stand (MS-ASEMAIL 2.2.2.37). */
const INSTANCE_DATE = [16, 20] as const;
const LENGTH_AT = 36;
const MARK_AT = 40;
const MARK = "vCal-Uid";
const UID_AT = 52;

/**
 * UID of the meeting that a GlobalObjId names (MAPPING.md 4.1): the UID in it, or the whole id in hexadecimal with the
 * date of the instance taken out, which is how Exchange writes it into invitations. Null for what is no such id.
 *
 * @param base64 the element's text
 */
export function uidOfGlobalObjectId(base64: string): string | null {
  const bytes = decodeStrictBase64(base64);
  if (bytes === null || bytes.length < MARK_AT) return null;
  if (binaryString(bytes.subarray(MARK_AT, MARK_AT + MARK.length)) !== MARK) return outlookUid(bytes);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(LENGTH_AT, true);
  const uid = new TextDecoder().decode(bytes.subarray(UID_AT, MARK_AT + length - 1)).replace(/\0.*$/s, "");
  return uid.trim() === "" ? null : uid.trim();
}

function outlookUid(bytes: Uint8Array): string {
  const copy = Uint8Array.from(bytes);
  copy.fill(0, ...INSTANCE_DATE);
  return bytesToHex(copy).toUpperCase();
}
