import type { ByteSource } from "./bytes/byte-source.ts";
import { countBytes } from "./bytes/part-of-source.ts";
import type { ErrorCode } from "./errors.ts";
import { holdSmall } from "./hold-small.ts";
import type { BlockDecoder } from "./hu01/decode-ahead.ts";
import type { MemberOrigin } from "./items/member-origin.ts";
import type { Limits } from "./limits.ts";
import { MemberBytes } from "./member-bytes.ts";
import type { CarrierKind } from "./payload/carrier-kind.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import type { Member, SkippedMember } from "./readers/carriers/carrier.ts";
import { CarrierInput } from "./readers/carriers/carrier-input.ts";
import { InflateBudget } from "./readers/carriers/inflate-budget.ts";
import { readCarrier } from "./readers/carriers/read-carrier.ts";
import { CarrierAgain, placeOf, provedMember, type ReopenedMember } from "./reopen-members.ts";

/** Bytes to convert: the archive itself, or a member of a carrier. */
export interface OpenSource {
  readonly bytes: ByteSource;
  /** Opens it once more, at an offset of its own. */
  reopen(offset: number): ByteSource;
  /** Its size in bytes; of a member it is not known before that was read once. */
  size(): Promise<number>;
  readonly budget: InflateBudget;
  readonly blockDecoder: BlockDecoder | undefined;
  /** Where it stands; null for the archive itself. */
  readonly member: MemberOrigin | null;
  /** Carriers around it. */
  readonly depth: number;
  /** What it must be, when its carrier holds nothing else. */
  readonly payload: PayloadKind | null;
  /** Why its bytes ended too early; asked for once they have been read. Null for what cannot end early. */
  readonly problem: (() => ErrorCode | null) | null;
  /** Reads it once more to learn that beforehand. */
  surveyProblem(): Promise<ErrorCode | null>;
}

/** A member with its bytes, which are read to the end before the next one is given. */
export interface OpenedMember {
  readonly kind: "member";
  readonly source: OpenSource & { readonly member: MemberOrigin };
  readonly bytes: MemberBytes;
}

/** A member that was not opened. */
export interface RefusedMember {
  readonly kind: "skip";
  readonly member: MemberOrigin;
  readonly skipped: SkippedMember;
}

/** The archive itself as a source. */
export function rootSource(archive: RootArchive, limits: Limits): OpenSource {
  const { bytes, blockDecoder } = archive;
  return {
    bytes,
    reopen: (offset) => archive.reopen(offset),
    size: async () => archive.size,
    budget: InflateBudget.ofArchive(archive.size, limits),
    blockDecoder,
    member: null,
    depth: 0,
    payload: null,
    problem: null,
    surveyProblem: async () => null,
  };
}

interface RootArchive {
  readonly bytes: ByteSource;
  readonly size: number;
  reopen(offset: number): ByteSource;
  readonly blockDecoder?: BlockDecoder | undefined;
}

/** A carrier whose members are to be read, and its bytes on their way. */
export interface OpenCarrier {
  readonly kind: CarrierKind;
  readonly source: OpenSource;
  /** Has passed all bytes of the carrier once its members have been read. */
  readonly input: CarrierInput;
}

/**
 * Opens a carrier. What is read by random access inside another carrier would make that one be read again and again
 * from its front, so it is held in memory while it is not too large.
 */
export async function openCarrier(kind: CarrierKind, source: OpenSource, limits: Limits): Promise<OpenCarrier> {
  const isHeld = kind === "zip" && source.member !== null;
  const held = isHeld ? await holdSmall(source, limits.maxBufferedItemBytes) : source;
  return { kind, source: held, input: new CarrierInput(held.bytes) };
}

/** Opens the members of a carrier one after the other, to its end. */
export async function* openMembers(carrier: OpenCarrier, limits: Limits): AsyncGenerator<OpenedMember | RefusedMember> {
  const { kind, source, input } = carrier;
  const again = new CarrierAgain(kind, source, limits);
  let index = 0;
  try {
    for await (const found of readCarrier(kind, input, limits, placeOf(source))) {
      if (found.kind === "skip") {
        yield { kind: "skip", member: originOf(source, found), skipped: found };
        continue;
      }
      const bytes = new MemberBytes(found.bytes);
      const member = found.again === undefined ? again.memberAt(index) : provedMember(found.again);
      yield { kind: "member", bytes, source: memberSource(carrier, found, { bytes, again: member }) };
      await bytes.drain();
      index++;
    }
    await input.passRest();
  } finally {
    await input.close();
  }
}

function memberSource(
  { source: carrier, input }: OpenCarrier,
  found: Member,
  { bytes, again }: { readonly bytes: MemberBytes; readonly again: ReopenedMember },
): OpenedMember["source"] {
  const isProved = found.again !== undefined;
  return {
    bytes,
    reopen: (offset) => again.bytes(offset),
    size: () => countBytes(again.bytes(0)),
    budget: carrier.budget,
    blockDecoder: carrier.blockDecoder,
    member: originOf(carrier, found),
    depth: carrier.depth + 1,
    payload: found.payload ?? null,
    // What ends with its carrier has ended too early when that has, unless it can tell by itself.
    problem: () => found.problem?.() ?? (!isProved && input.isOver ? (carrier.problem?.() ?? null) : null),
    surveyProblem: () => again.survey(),
  };
}

function originOf({ member }: OpenSource, found: Member | SkippedMember): MemberOrigin {
  const path = member === null ? found.name : `${member.path} » ${found.name}`;
  return { path, fetched: found.kind === "member" ? (found.fetched ?? []) : [] };
}
