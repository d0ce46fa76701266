import type { ByteSource } from "../../bytes/byte-source.ts";
import type { ErrorCode, ErrorDetails } from "../../errors.ts";
import type { FetchFacts } from "../../items/member-origin.ts";
import type { Limits } from "../../limits.ts";
import type { PayloadKind } from "../../payload/payload-kind.ts";
import type { CarrierInput } from "./carrier-input.ts";

/** Something that a carrier holds. Its bytes are read to their end before the next finding is asked for. */
export interface Member {
  readonly kind: "member";
  /** What the carrier calls it; never used as a path. */
  readonly name: string;
  readonly bytes: ByteSource;
  /** Why the bytes ended too early; asked for once they have been read. */
  readonly problem?: () => ErrorCode | null;
  /** What it must be, where the carrier can hold nothing else; it is then no carrier itself. */
  readonly payload?: PayloadKind;
  readonly fetched?: readonly FetchFacts[];
}

/** A member that cannot be read, and why; the others are not touched by it. */
export interface SkippedMember {
  readonly kind: "skip";
  readonly name: string;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}

/** Reads a carrier: its members in order. Damage is a finding, not an error; errors of the source rise. */
export type CarrierReader = (input: CarrierInput, limits: Limits) => AsyncGenerator<Member | SkippedMember>;
