import type { ErrorCode } from "../../errors.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import type { SyncClass } from "./namespaces.ts";

/** What a Sync response does to one item. A Fetch answer is an Add. */
export type SyncVerb = "Add" | "Change" | "Delete" | "SoftDelete";

/** Bytes of the payload, counted from its beginning. */
export interface ByteRange {
  readonly outputOffset: number;
  readonly outputLength: number;
}

/** One Add, Change, Delete or SoftDelete of one item. */
export interface SyncCommand extends ByteRange {
  readonly kind: "command";
  readonly verb: SyncVerb;
  /** By the namespaces of its data, else by its collection; null when neither tells. */
  readonly itemClass: SyncClass | null;
  /** CollectionId, else the name of the collection's class, which is all that DeltaSync has. */
  readonly collectionId: string;
  readonly serverId: string | null;
  /** The client's own id of an item that has no ServerId yet, or null. */
  readonly clientId: string | null;
  /** The occurrence that the command is about, of a series (AirSync 16.x), or null. */
  readonly instanceId: string | null;
  /** ApplicationData with canonical names, or null when the command has none. */
  readonly data: SyncElement | null;
  readonly warnings: readonly WarningCode[];
  readonly source: CommandSource;
}

/** A command as it stands in the XML, and what makes it a document of its own. */
export interface CommandSource {
  readonly head: string;
  readonly text: string;
  readonly tail: string;
}

/** A status other than 1: the server's reason for not giving something. */
export interface StatusFault extends ByteRange {
  readonly kind: "status";
  readonly status: string;
  readonly collectionId: string;
  readonly serverId: string | null;
}

/** The server's answer to an Add of the client: the id that the item has from now on. */
export interface AddAnswer extends ByteRange {
  readonly kind: "answer";
  readonly itemClass: SyncClass | null;
  readonly collectionId: string;
  readonly clientId: string;
  readonly serverId: string;
}

/** A range of the payload that could not be read. */
export interface LostRange extends ByteRange {
  readonly kind: "lost";
  readonly code: ErrorCode;
  /** What stands there, as far as it was read; null where it is too large to keep or there is a hole in it. */
  readonly text: string | null;
}

/** An XML document with the commands in it, which gives the same commands when it is read. */
export function documentOf(commands: readonly { readonly source: CommandSource }[]): string {
  let document = "";
  let open: CommandSource | null = null;
  for (const { source } of commands) {
    if (open !== null && open.head !== source.head) document += open.tail;
    document += open?.head === source.head ? `\n${source.text}` : source.head + source.text;
    open = source;
  }
  return document + (open?.tail ?? "");
}

/** What is found in a Sync payload, in its order. */
export type SyncEvent = SyncCommand | AddAnswer | StatusFault | LostRange;
