import { concatBytes } from "../../shared/bytes/byte-source.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A TNEF attribute with its checksum (MS-OXTNEF 2.1.3.2). */
function tnefAttribute(level: number, id: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(9);
  const view = new DataView(head.buffer);
  view.setUint8(0, level);
  view.setUint32(1, id, true);
  view.setUint32(5, data.length, true);
  const sum = new Uint8Array(2);
  new DataView(sum.buffer).setUint16(0, data.reduce((total, byte) => total + byte, 0) & 0xffff, true);
  return concatBytes([head, data, sum]);
}

/** A TNEF stream of a message class and attachments; a long name stands in the MAPI properties, as Outlook does it. */
export function makeTnef(
  messageClass: string,
  attachments: readonly { shortName: string; longName?: string; data: Uint8Array }[],
): Uint8Array {
  const signature = Uint8Array.of(0x78, 0x9f, 0x3e, 0x22, 0x01, 0x00);
  const pieces = [signature, tnefAttribute(1, 0x00078008, ascii(`${messageClass}\0`))];
  for (const { shortName, longName, data } of attachments) {
    pieces.push(tnefAttribute(2, 0x00069002, new Uint8Array(14)));
    pieces.push(tnefAttribute(2, 0x00018010, ascii(`${shortName}\0`)));
    pieces.push(tnefAttribute(2, 0x0006800f, data));
    if (longName !== undefined) pieces.push(tnefAttribute(2, 0x00069005, mapiNames(longName)));
  }
  return concatBytes(pieces);
}

/** Three properties: a number, a named one to be passed over, and the long file name in UTF-16. */
function mapiNames(longName: string): Uint8Array {
  const utf16 = Buffer.from(`${longName}\0`, "utf16le");
  const padding = Buffer.alloc((4 - (utf16.length % 4)) % 4);
  const u32 = (...values: number[]): Buffer => Buffer.from(new Uint32Array(values).buffer);
  const named = Buffer.concat([u32(0x80010003), Buffer.alloc(16), u32(1, 6), Buffer.from("a\0b\0\0\0\0\0"), u32(7)]);
  const name = Buffer.concat([u32(0x3707001f, 1, utf16.length), utf16, padding]);
  return Uint8Array.from(Buffer.concat([u32(3), u32(0x0e210003, 5), named, name]));
}
