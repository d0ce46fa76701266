import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeStrictBase64 } from "../bytes/base64.ts";
import type { Onset, ZoneRules } from "./zone-rules.ts";

/** What a TimeZone element says. */
export interface TimeZoneBlob {
  readonly standardName: string;
  readonly daylightName: string;
  readonly rules: ZoneRules;
  /** First 8 digits of the SHA-256 over the 172 bytes. */
  readonly hash: string;
}

/** Size of a TIME_ZONE_INFORMATION, little-endian (MS-ASDTYPE 2.7.6). */
const BLOB_BYTES = 172;
/** No zone has ever been further from UTC; beyond it the bytes are something else. */
const MAX_OFFSET_MINUTES = 16 * 60;

/**
 * Parses a TimeZone element (MAPPING.md 5.1).
 *
 * @param text base64; blanks in it are passed over, and what stands behind the 172 bytes too
 * @returns `empty` for a blob of zeros, which names no zone; `invalid` for what is no blob
 */
export function parseTimeZoneBlob(text: string): TimeZoneBlob | "empty" | "invalid" {
  const bytes = decode(text);
  if (bytes === null) return "invalid";
  if (bytes.every((byte) => byte === 0)) return "empty";
  const rules = parseRules(new DataView(bytes.buffer, bytes.byteOffset, BLOB_BYTES));
  if (rules === null) return "invalid";
  return {
    standardName: parseName(bytes.subarray(4, 68)),
    daylightName: parseName(bytes.subarray(88, 152)),
    rules,
    hash: bytesToHex(sha256(bytes)).slice(0, 8),
  };
}

function decode(text: string): Uint8Array | null {
  const bytes = decodeStrictBase64(text);
  return bytes === null || bytes.length < BLOB_BYTES ? null : bytes.slice(0, BLOB_BYTES);
}

function parseName(bytes: Uint8Array): string {
  const [name = ""] = new TextDecoder("utf-16le").decode(bytes).split("\0");
  return name.trim();
}

function parseRules(view: DataView): ZoneRules | null {
  const bias = view.getInt32(0, true);
  const daylightBias = view.getInt32(168, true);
  const ends = parseOnset(view, 68);
  const begins = parseOnset(view, 152);
  // A month of 0 in either date means that there is no daylight saving, whatever DaylightBias says.
  const hasDaylight = ends !== null && begins !== null;
  const standardMinutes = 0 - (bias + view.getInt32(84, true));
  const offsetMinutes = 0 - (bias + daylightBias);
  if (Math.abs(standardMinutes) > MAX_OFFSET_MINUTES) return null;
  if (!hasDaylight || offsetMinutes === standardMinutes) return { standardMinutes, daylight: null };
  if (Math.abs(offsetMinutes) > MAX_OFFSET_MINUTES || !isReal(begins) || !isReal(ends)) return null;
  return { standardMinutes, daylight: { offsetMinutes, begins, ends } };
}

/** A SYSTEMTIME: the weekday stands before the day. Null when its month is 0. */
function parseOnset(view: DataView, at: number): Onset | null {
  const [year = 0, month = 0, weekday = 0, day = 0, hour = 0, minute = 0, second = 0] = Array.from(
    { length: 7 },
    (_, index) => view.getUint16(at + index * 2, true),
  );
  return month === 0 ? null : { year, month, weekday, day, hour, minute, second };
}

function isReal({ year, month, weekday, day, hour, minute, second }: Onset): boolean {
  const maxDay = year === 0 ? 5 : 31;
  return month <= 12 && weekday <= 6 && day >= 1 && day <= maxDay && hour <= 23 && minute <= 59 && second <= 59;
}
