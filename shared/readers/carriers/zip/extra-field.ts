import { uint16, uint64 } from "./little-endian.ts";

const ZIP64_ID = 0x0001;
/** In place of a size or an offset: it stands in the ZIP64 field. */
const IN_ZIP64 = 0xffffffff;

/** Finds the data of an extra field by its id (APPNOTE.TXT 4.5); null when it is absent or reaches over the end. */
export function findExtraField(extra: Uint8Array, wantedId: number): Uint8Array | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = uint16(extra, at + 2);
    if (at + 4 + size > extra.length) return null;
    if (uint16(extra, at) === wantedId) return extra.subarray(at + 4, at + 4 + size);
    at += 4 + size;
  }
  return null;
}

/**
 * Sizes and offset with those of the ZIP64 field where it has them (APPNOTE.TXT 4.5.3): only what does not fit into 32
 * bits stands in it, in this order.
 */
export function withZip64(values: readonly number[], extra: Uint8Array): readonly number[] {
  const field = values.includes(IN_ZIP64) ? findExtraField(extra, ZIP64_ID) : null;
  if (field === null) return values;
  let at = 0;
  return values.map((value) => {
    if (value !== IN_ZIP64 || at + 8 > field.length) return value;
    at += 8;
    return uint64(field, at - 8);
  });
}
