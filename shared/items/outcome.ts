import type { Gap } from "../bytes/segment.ts";
import type { ErrorCode, ErrorDetails } from "../errors.ts";
import type { Item, Origin } from "./item.ts";
import type { MemberOrigin } from "./member-origin.ts";
import type { Milestone } from "./milestone.ts";
import type { OutputFile } from "./output-file.ts";
import type { DeletedFacts } from "./sync-facts.ts";

/** What one HU01 stream said of itself and what came out of it. Sizes in bytes. */
export interface StreamFacts extends StreamOrigin {
  readonly archiveLength: number;
  /** Header size as stated; null when the file header was lost. */
  readonly headerBytes: number | null;
  /** Total the header announces; when the header was lost, what was found. */
  readonly declaredBytes: number;
  readonly decodedBytes: number;
  readonly missingBytes: number;
  /** Bytes decoded beyond the announced total: damage of the header, since every block was verified. */
  readonly excessBytes: number;
  readonly blocks: BlockCounts;
}

export interface BlockCounts {
  readonly total: number;
  readonly coded: number;
  readonly stored: number;
  /** Blocks known to be lost. */
  readonly damaged: number;
  /** Good blocks whose damaged header was rebuilt. */
  readonly repaired: number;
  /** Good blocks that carry no CRC-32. */
  readonly unverified: number;
}

/** Everything that is told of says where it stood when that is inside a carrier; offsets are then within the member. */
interface Placed {
  readonly member?: MemberOrigin;
}

interface Numbered extends Placed {
  /** Place in the job, from 1; the number at the front of the file name. */
  readonly ordinal: number;
  /** Ordinal of the item that this one was found in; null for an item that stands by itself. */
  readonly parent: number | null;
  /** The HU01 stream it came in; null for input that was never compressed. */
  readonly stream: StreamOrigin | null;
}

/** What identifies a stream. */
export interface StreamOrigin {
  /** Index in the archive, from 0; within carriers, payloads that are not compressed count too. */
  readonly index: number;
  readonly archiveOffset: number;
  /** The item id (DeltaSync ServerId) as GUID text; null when the file header was lost. */
  readonly itemId: string | null;
}

/** An item and the files that it becomes. Their content must be read to the end, in any order between outcomes. */
export interface Written extends Numbered {
  readonly outcome: "written";
  readonly item: Item;
  readonly files: readonly OutputFile[];
}

interface Duplicated extends Numbered {
  readonly outcome: "duplicate";
  /** Ordinal of the item that it repeats. */
  readonly of: number;
  readonly origin: Origin;
}

export interface SkippedItem extends Numbered {
  readonly outcome: "skipped";
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
  readonly origin: Origin;
  /** Its source, where that is kept. */
  readonly files?: readonly OutputFile[];
}

/** The server deleted an item: it is no item of the job, only told of. */
export interface DeletedItem extends Placed {
  readonly outcome: "deleted";
  readonly facts: DeletedFacts;
  readonly origin: Origin;
  readonly stream: StreamOrigin | null;
}

/** A file about the whole archive rather than about one item. */
interface ArchiveDocument extends Placed {
  readonly outcome: "document";
  readonly files: readonly OutputFile[];
}

interface GapFound extends Placed {
  readonly outcome: "gap";
  readonly stream: number;
  readonly gap: Gap;
}

/** Bytes of the archive that are no part of a block or header. */
export interface ForeignBytes extends Placed {
  readonly outcome: "foreign";
  /** Index of the stream that they stand in; null between, before and behind streams. */
  readonly stream: number | null;
  readonly archiveOffset: number;
  readonly length: number;
  /** Block headers in them whose blocks did not prove themselves: more than 0 means that data may be lost here. */
  readonly unproven: number;
}

/** A stream is over. */
export interface StreamEnded extends Placed {
  readonly outcome: "stream";
  readonly stream: StreamFacts;
}

/** A member of a carrier is over. */
export interface MemberEnded extends Placed {
  readonly outcome: "member";
  /** Bytes that the carrier gave for it, after its own decoding. */
  readonly memberBytes: number;
  /** How many of them were read as a payload that is not compressed, and how many nobody could read. */
  readonly plainBytes: number;
  readonly unreadBytes: number;
}

/** A carrier is over. `member` is where it stood itself. */
export interface CarrierEnded extends Placed {
  readonly outcome: "carrier";
  readonly carrier: string;
  readonly members: number;
  /** Its own bytes: those around its members, and those that members were made of. */
  readonly framingBytes: number;
  readonly carriedBytes: number;
}

/** What the journey tells, in the order of the archive. */
export type Outcome =
  | Written
  | Duplicated
  | SkippedItem
  | DeletedItem
  | GapFound
  | ForeignBytes
  | StreamEnded
  | MemberEnded
  | CarrierEnded
  | ArchiveDocument
  | Milestone;

/** The files that an outcome becomes. */
export function filesOf(outcome: Outcome): readonly OutputFile[] {
  return "files" in outcome ? (outcome.files ?? []) : [];
}

/** What became of a file once it was written. Size and hash are of its own content, wherever that went. */
export interface Receipt {
  readonly path: string;
  readonly mediaType: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Where it was packed; absent for a file that is an object of its own. */
  readonly pack?: PackPlace;
}

/** A file's place in a pack. */
export interface PackPlace {
  /** Path of the pack below the job's folder. */
  readonly path: string;
  /** Number of the shard, from 1. The shards before it are complete in the store. */
  readonly shard: number;
  /** Its name in the pack, or its number there from 1; absent when its name is its path. */
  readonly entry?: string | number;
}

/** A pack that is complete in the store. */
export interface PackReceipt {
  readonly path: string;
  readonly mediaType: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Number of the shard, from 1. A shard of several packs (one mbox for each folder) ends with all of them. */
  readonly shard: number;
  /** Files in it, and their bytes before packing. */
  readonly entries: number;
  readonly contentBytes: number;
}
