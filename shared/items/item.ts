import type { ByteSource } from "../bytes/byte-source.ts";
import type { Gap } from "../bytes/segment.ts";
import type { ErrorCode, ErrorDetails } from "../errors.ts";
import type { DeletedFacts, SyncFacts } from "./sync-facts.ts";
import type { WarningCode } from "./warning.ts";

/** Where an item's bytes came from, so that every one of them can be found again in the archive. */
export interface SourcePosition {
  /**
   * Index of the HU01 stream in the archive, from 0; null for input that was never compressed. Within carriers, payloads
   * that are not compressed have an index too.
   */
  readonly stream: number | null;
  /** First and last block of the stream that the item stands in; null where there are no blocks. */
  readonly blocks: readonly [first: number, last: number] | null;
  /** Place in the decompressed stream (or in the input itself, when it was never compressed). */
  readonly outputOffset: number;
  readonly outputLength: number;
}

/** An item's place, and inside a message also its part. */
export interface Origin {
  readonly position: SourcePosition;
  /** MIME part number of the containing message ("2.1"); null for an item that stands by itself. */
  readonly part: string | null;
  /** The name that the source gives it (attachment file name, decoded); never used as a path. */
  readonly name: string | null;
}

interface ItemBase {
  readonly origin: Origin;
  /** Complete once the item's content has been read to its end. */
  readonly warnings: readonly WarningCode[];
  /** Where it stood on the server, when a Sync response tells. */
  readonly sync?: SyncFacts;
}

/** One RFC 5322 message, byte for byte. */
export interface MailItem extends ItemBase {
  readonly kind: "mail";
  /** The message's bytes. Read it once, to the end; reading is what drives the decoder for large messages. */
  readonly content: ByteSource;
  /** Bytes of `content` that is not in memory, where they are known before it is read. */
  readonly contentBytes?: number | undefined;
  /** Decoded Subject, or null. */
  readonly subject: string | null;
  /** Date header as an instant in milliseconds since 1970 UTC, or null when absent or unreadable. */
  readonly dateMillis: number | null;
  /** The holes in it. Not empty = partial. */
  readonly holes: readonly Gap[];
  /** True when the server had cut off its end; partial too. */
  readonly isTruncated?: boolean;
}

/** Where a calendar object belongs: iTIP invitations, other iTIP messages, or stored objects. */
export type CalendarRole = "invite" | "itip" | "stored";

/** One iCalendar object (one UID) as unfolded content lines, VCALENDAR to VCALENDAR, without line ends. */
export interface CalendarItem extends ItemBase {
  readonly kind: "calendar";
  readonly role: CalendarRole;
  /** What its main components are. */
  readonly component: "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "other";
  readonly lines: readonly string[];
  readonly summary: string | null;
  /** Start of the first component in milliseconds since 1970 UTC when it states one in UTC, else null. */
  readonly dateMillis: number | null;
  /** The same as text for people (notes), or absent. */
  readonly markdown?: string;
  /** The same as a message (notes, by option), or absent. */
  readonly message?: Uint8Array;
}

/** One vCard as unfolded content lines, VCARD to VCARD, without line ends. */
export interface ContactItem extends ItemBase {
  readonly kind: "contact";
  readonly lines: readonly string[];
  readonly formattedName: string | null;
  /** The bytes as they came, when `lines` is a conversion of them (vCard 2.1); else null. */
  readonly original: Uint8Array | null;
}

/** A payload of no known kind, kept as it is. */
export interface RawItem extends ItemBase {
  readonly kind: "raw";
  readonly content: ByteSource;
  /** As in a message. */
  readonly contentBytes?: number | undefined;
  readonly holes: readonly Gap[];
}

export type Item = MailItem | CalendarItem | ContactItem | RawItem;

/** Something that is the same as an item already given (an invitation and its attached copy). */
export interface Duplicate {
  readonly kind: "duplicate";
  readonly origin: Origin;
  /** The item that it repeats: the very object given earlier. */
  readonly of: Item;
}

/** Something that could not be made an item; the reason is a code. Nothing else is lost with it. */
export interface Skipped {
  readonly kind: "skipped";
  readonly origin: Origin;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
  /** Its source as text, when it stands nowhere else. */
  readonly kept?: KeptSource;
}

/** The source of something that could not be made an item. */
export interface KeptSource {
  /** What names it: 32 hexadecimal digits made of its ids; null when it has none. */
  readonly id: string | null;
  readonly xml: string;
}

/** The server deleted an item. */
interface Deleted {
  readonly kind: "deleted";
  readonly origin: Origin;
  readonly facts: DeletedFacts;
}

/** What a reader gives. An item is followed by the items found inside it (`origin.part` not null). */
export type Finding = Item | Duplicate | Skipped | Deleted;
