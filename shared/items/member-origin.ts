/** What a saved Fetch response says of the message that it brings. */
export interface FetchFacts {
  readonly serverId: string | null;
  /** DeltaSync status; "1" is OK. */
  readonly status: string | null;
}

/** The member of a carrier (an attachment of a log, an entry of a ZIP) that something came out of. */
export interface MemberOrigin {
  /** Names from the outside in, joined by ` » `; for people, never used as a path. */
  readonly path: string;
  /** The answers of the Fetch response that the member came in; empty otherwise. */
  readonly fetched: readonly FetchFacts[];
}
