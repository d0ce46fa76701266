import { decodeStrictBase64, encodeBase64 } from "../bytes/base64.ts";
import type { CardDraft } from "./card-draft.ts";
import type { SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";

interface PictureType {
  readonly name: string;
  readonly mediaType: string;
  /** The bytes that every such file begins with. */
  readonly signature: readonly number[];
}

const TYPES: readonly PictureType[] = [
  { name: "JPEG", mediaType: "image/jpeg", signature: [0xff, 0xd8, 0xff] },
  { name: "PNG", mediaType: "image/png", signature: [0x89, 0x50, 0x4e, 0x47] },
  { name: "GIF", mediaType: "image/gif", signature: [0x47, 0x49, 0x46, 0x38] },
];

/** PHOTO, its type told by its bytes; what is no picture is left out. */
export function picture(data: SyncElement, card: CardDraft): void {
  const base64 = fieldText(data, "Picture");
  if (base64 === null) return;
  const bytes = decodeStrictBase64(base64);
  const type = TYPES.find(({ signature }) => signature.every((byte, i) => bytes?.[i] === byte));
  if (bytes === null || type === undefined) {
    card.warn("photo-invalid");
    return;
  }
  const value = encodeBase64(bytes);
  if (card.isV4) card.raw("PHOTO", `data:${type.mediaType};base64,${value}`);
  else card.raw("PHOTO", value, `ENCODING=b;TYPE=${type.name}`);
}
