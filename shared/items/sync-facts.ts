/** What a Sync response says of a message and the message itself does not. */
export interface MailState {
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  readonly forwarded: boolean;
  readonly draft: boolean;
  readonly junk: boolean;
  readonly importance: "low" | "normal" | "high" | null;
  readonly sensitivity: "normal" | "personal" | "private" | "confidential" | null;
  readonly categories: readonly string[];
  /** Milliseconds since 1970 UTC. */
  readonly dateReceivedMillis: number | null;
}

/** Where an item stood on the server. */
export interface SyncFacts {
  /** Email, Calendar, Contacts, Tasks or Notes. */
  readonly itemClass: string;
  readonly collectionId: string;
  readonly serverId: string;
  /** Names of the folders from the top, joined by `/`; null when no folder of that id is known. */
  readonly folder: string | null;
  /** Of messages only. */
  readonly mail: MailState | null;
  /** Texts of source elements that the item's files have no place for, by name (`WeightedRank`, `Flag/Title`). */
  readonly elements?: Readonly<Record<string, string>>;
}

/** An item that the server deleted, or took out of what it synchronises (`soft`). It becomes no file. */
export interface DeletedFacts {
  readonly itemClass: string | null;
  readonly collectionId: string;
  readonly serverId: string;
  readonly soft: boolean;
}
