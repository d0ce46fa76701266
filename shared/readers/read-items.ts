import type { Gap, Segment } from "../bytes/segment.ts";
import type { Finding } from "../items/item.ts";
import type { Limits } from "../limits.ts";
import type { PayloadKind } from "../payload/payload-kind.ts";
import { readIcs } from "./read-ics.ts";
import { readMessage } from "./read-message.ts";
import { readRaw } from "./read-raw.ts";
import { readVcf } from "./read-vcf.ts";
import { readSyncXml } from "./sync-xml/read-sync-xml.ts";
import type { SyncArchive } from "./sync-xml/sync-archive.ts";

/** One decompressed (or never compressed) payload of known kind. */
export interface Payload {
  readonly kind: PayloadKind;
  /** Read once, to the end. */
  readonly segments: AsyncIterable<Segment>;
  /** Index of the HU01 stream, or null for input that was never compressed, which has no holes. */
  readonly stream: number | null;
  /** Size that the stream's header announces, or null. */
  readonly declaredBytes: number | null;
  /** Bytes that will come, holes left out, where that is known beforehand. */
  readonly decodedBytes?: number;
  /** The holes, known beforehand because the payload was read once before; null when it fits into memory. */
  readonly survey: { readonly gaps: readonly Gap[] } | null;
  /** What all Sync payloads of the archive know of each other; without it, one of them stands by itself. */
  readonly sync?: SyncArchive;
}

/** Reads a payload: yields its items, each followed by what is found inside it. */
type PayloadReader = (payload: Payload, limits: Limits) => AsyncGenerator<Finding>;

/** A new kind of payload is a row here and a reader. */
const READERS: Readonly<Record<PayloadKind, PayloadReader>> = {
  message: readMessage,
  icalendar: readIcs,
  vcard: readVcf,
  "sync-xml": readSyncXml,
  unknown: readRaw,
  empty: readRaw,
};

/**
 * Reads the items of a payload. Damage and malformed parts are findings, not errors; errors of the source rise. The
 * content of a mail or raw item must be consumed (or its iterator returned) before the next finding is asked for.
 */
export function readItems(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  return READERS[payload.kind](payload, limits);
}
