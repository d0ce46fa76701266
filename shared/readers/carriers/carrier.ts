import type { ByteSource } from "../../bytes/byte-source.ts";
import type { ErrorCode, ErrorDetails } from "../../errors.ts";
import type { FetchFacts } from "../../items/member-origin.ts";
import type { Limits } from "../../limits.ts";
import type { PayloadKind } from "../../payload/payload-kind.ts";
import type { CarrierInput } from "./carrier-input.ts";
import type { InflateBudget } from "./inflate-budget.ts";

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
  /** Opens it by itself once more. Only for members that prove their bytes, whatever the end of their carrier. */
  readonly again?: () => MemberAgain;
}

/** A member that is read once more, without the carrier around it. */
export interface MemberAgain {
  /** Its bytes from an offset on. Only from its beginning they are proved. */
  bytes(offset: number): ByteSource;
  /** Why they ended too early; asked for once they have been read from the beginning. */
  readonly problem: ErrorCode | null;
}

/** What a reader can know of its carrier beside the bytes that pass. */
export interface CarrierPlace {
  /** Opens the carrier once more, at an offset of its own. */
  openAt(offset: number): ByteSource;
  /** Its size in bytes. */
  size(): Promise<number>;
  readonly budget: InflateBudget;
}

/** A member that cannot be read, and why; the others are not touched by it. */
export interface SkippedMember {
  readonly kind: "skip";
  readonly name: string;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}

/** Reads a carrier: its members in order. Damage is a finding, not an error; errors of the source rise. */
export type CarrierReader = (
  input: CarrierInput,
  limits: Limits,
  place: CarrierPlace,
) => AsyncGenerator<Member | SkippedMember>;
