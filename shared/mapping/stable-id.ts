import { stableId } from "../bytes/stable-id.ts";

/** Domain of every synthesised id; `.invalid` is nobody's (RFC 2606 2). */
export const SYNTHETIC_DOMAIN = "hu01.invalid";

/** What names an item in its source. */
export interface SourceIds {
  readonly collectionId: string;
  readonly serverId: string;
}

/** H of MAPPING.md 1.1: 32 hexadecimal digits from the item's ids and, for a second id of one item, its purpose. */
export function itemHash(ids: SourceIds, ...purpose: readonly string[]): string {
  return stableId([ids.collectionId, ids.serverId, ...purpose]);
}

/** UID of a calendar object whose source names none. */
export function syntheticUid(ids: SourceIds): string {
  return `${itemHash(ids)}@${SYNTHETIC_DOMAIN}`;
}

/** H in the shape of a UUID (8-4-4-4-12), as vCards want it. */
export function itemUuid(ids: SourceIds): string {
  return itemHash(ids).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
