import { decodeText } from "../bytes/decode-text.ts";

/** What a TNEF stream (winmail.dat, MS-OXTNEF) holds, as far as it is read here. */
export interface TnefContent {
  /** True when the message is a meeting request, response or cancellation (its data are MAPI properties). */
  readonly isMeeting: boolean;
  readonly attachments: readonly TnefAttachment[];
}

interface TnefAttachment {
  readonly name: string | null;
  /** A view into the stream. */
  readonly bytes: Uint8Array;
}

const SIGNATURE = 0x223e9f78;
const LEVEL_MESSAGE = 1;
const LEVEL_ATTACHMENT = 2;
/** level, id, length; the checksum follows the data (MS-OXTNEF 2.1.3.2). */
const ATTRIBUTE_HEADER_BYTES = 9;
const CHECKSUM_BYTES = 2;
const ATT_MESSAGE_CLASS = 0x00078008;
const ATT_ATTACH_TITLE = 0x00018010;
const ATT_ATTACH_DATA = 0x0006800f;
const ATT_ATTACH_REND_DATA = 0x00069002;
const ATT_ATTACHMENT = 0x00069005;
const PR_ATTACH_FILENAME = 0x3704;
const PR_ATTACH_LONG_FILENAME = 0x3707;
const MULTI_VALUED = 0x1000;
const FIRST_NAMED_PROPERTY = 0x8000;

/** Bytes of the value of a MAPI property type with a fixed size, padded to 4 (MS-OXTNEF 2.1.3.4). */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};
const PT_STRING8 = 0x1e;
const PT_UNICODE = 0x1f;
const VARIABLE_TYPES = new Set([PT_STRING8, PT_UNICODE, 0x0d, 0x102]);

interface Attribute {
  readonly level: number;
  readonly id: number;
  readonly data: Uint8Array;
}

/**
 * Reads the message class and the attachments of a TNEF stream. Stops without an error where the stream is cut or an
 * attribute's checksum is wrong; what was complete before is given. Null when it is no TNEF stream.
 */
export function parseTnef(bytes: Uint8Array): TnefContent | null {
  const view = viewOf(bytes);
  if (bytes.length < 6 || view.getUint32(0, true) !== SIGNATURE) return null;
  const attachments: { name: string | null; bytes: Uint8Array | null }[] = [];
  let messageClass = "";
  for (const { level, id, data } of readAttributes(bytes, view)) {
    if (level === LEVEL_MESSAGE && id === ATT_MESSAGE_CLASS) messageClass = text8(data);
    if (level !== LEVEL_ATTACHMENT) continue;
    if (id === ATT_ATTACH_REND_DATA || attachments.length === 0) attachments.push({ name: null, bytes: null });
    const current = attachments.at(-1);
    if (current === undefined) continue;
    if (id === ATT_ATTACH_TITLE) current.name ??= text8(data);
    if (id === ATT_ATTACH_DATA) current.bytes = data;
    if (id === ATT_ATTACHMENT) current.name = longFileName(data) ?? current.name;
  }
  return {
    isMeeting: /^IPM\.(?:Microsoft Schedule\.|Schedule\.Meeting\.|Appointment)/i.test(messageClass),
    attachments: attachments.flatMap(({ name, bytes: data }) => (data === null ? [] : [{ name, bytes: data }])),
  };
}

function* readAttributes(bytes: Uint8Array, view: DataView): Generator<Attribute> {
  let at = 6;
  while (at + ATTRIBUTE_HEADER_BYTES <= bytes.length) {
    const start = at + ATTRIBUTE_HEADER_BYTES;
    const end = start + view.getUint32(at + 5, true);
    if (end + CHECKSUM_BYTES > bytes.length) return;
    const data = bytes.subarray(start, end);
    if (view.getUint16(end, true) !== checksum(data)) return;
    yield { level: bytes[at] as number, id: view.getUint32(at + 1, true), data };
    at = end + CHECKSUM_BYTES;
  }
}

function checksum(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 1) sum = (sum + (data[i] as number)) & 0xffff;
  return sum;
}

/** The file name among an attachment's MAPI properties; null when there is none or the properties are malformed. */
function longFileName(data: Uint8Array): string | null {
  const names = new Map<number, string>();
  try {
    for (const { id, type, value } of readProperties(data)) {
      if (type === PT_UNICODE) names.set(id, trimNul(new TextDecoder("utf-16le").decode(value)));
      if (type === PT_STRING8) names.set(id, text8(value));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return names.get(PR_ATTACH_LONG_FILENAME) ?? names.get(PR_ATTACH_FILENAME) ?? null;
}

interface MapiProperty {
  readonly id: number;
  readonly type: number;
  /** The first value. */
  readonly value: Uint8Array;
}

/** @throws RangeError from the view when a length leads out of the data */
function* readProperties(data: Uint8Array): Generator<MapiProperty> {
  const view = viewOf(data);
  const count = view.getUint32(0, true);
  let at = 4;
  for (let i = 0; i < count; i += 1) {
    const type = view.getUint16(at, true);
    const id = view.getUint16(at + 2, true);
    at += 4;
    if (id >= FIRST_NAMED_PROPERTY) at = skipPropertyName(view, at);
    const baseType = type & ~MULTI_VALUED;
    const fixedBytes = FIXED_BYTES[baseType];
    if (fixedBytes === undefined && !VARIABLE_TYPES.has(baseType)) return;
    const hasCount = fixedBytes === undefined || (type & MULTI_VALUED) !== 0;
    const values = hasCount ? view.getUint32(at, true) : 1;
    if (hasCount) at += 4;
    for (let n = 0; n < values; n += 1) {
      const length = fixedBytes ?? view.getUint32(at, true);
      if (fixedBytes === undefined) at += 4;
      if (at + length > data.length) return;
      if (n === 0) yield { id, type: baseType, value: data.subarray(at, at + length) };
      at += padded(length);
    }
  }
}

/** GUID, kind, then a number or a counted UTF-16 name. */
function skipPropertyName(view: DataView, at: number): number {
  const isText = view.getUint32(at + 16, true) === 1;
  return isText ? at + 24 + padded(view.getUint32(at + 20, true)) : at + 24;
}

const padded = (length: number): number => Math.ceil(length / 4) * 4;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const trimNul = (text: string): string => text.split("\0", 1)[0] ?? "";

/** Single-byte text: UTF-8 when it is, else windows-1252. */
function text8(data: Uint8Array): string {
  return trimNul(decodeText(data, null).text);
}
