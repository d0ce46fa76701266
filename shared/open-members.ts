import type { ByteSource } from "./bytes/byte-source.ts";
import type { ErrorCode } from "./errors.ts";
import type { BlockDecoder } from "./hu01/decode-ahead.ts";
import type { MemberOrigin } from "./items/member-origin.ts";
import type { Limits } from "./limits.ts";
import type { CarrierKind } from "./payload/carrier-kind.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import type { Member, SkippedMember } from "./readers/carriers/carrier.ts";
import { CarrierInput } from "./readers/carriers/carrier-input.ts";
import { readCarrier } from "./readers/carriers/read-carrier.ts";

/** Bytes to convert: the archive itself, or a member of a carrier. */
export interface OpenSource {
  readonly bytes: ByteSource;
  /** Opens it once more, at an offset of its own. */
  reopen(offset: number): ByteSource;
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
export function rootSource(archive: {
  readonly bytes: ByteSource;
  reopen(offset: number): ByteSource;
  readonly blockDecoder?: BlockDecoder | undefined;
}): OpenSource {
  const { bytes, blockDecoder } = archive;
  const reopen = (offset: number) => archive.reopen(offset);
  const surveyProblem = async () => null;
  return { bytes, reopen, blockDecoder, member: null, depth: 0, payload: null, problem: null, surveyProblem };
}

/** Opens the members of a carrier one after the other; `input` has passed all of its bytes at the end. */
export async function* openMembers(
  kind: CarrierKind,
  carrier: OpenSource,
  input: CarrierInput,
  limits: Limits,
): AsyncGenerator<OpenedMember | RefusedMember> {
  let index = 0;
  try {
    for await (const found of readCarrier(kind, input, limits)) {
      if (found.kind === "skip") {
        yield { kind: "skip", member: originOf(carrier, found), skipped: found };
        continue;
      }
      const bytes = new MemberBytes(found.bytes);
      yield { kind: "member", bytes, source: memberSource(kind, carrier, { found, bytes, index, input }, limits) };
      await bytes.drain();
      index++;
    }
    await input.passRest();
  } finally {
    await input.close();
  }
}

function memberSource(
  kind: CarrierKind,
  carrier: OpenSource,
  opened: { readonly found: Member; readonly bytes: MemberBytes; readonly index: number; readonly input: CarrierInput },
  limits: Limits,
): OpenedMember["source"] {
  const { found, bytes, index, input } = opened;
  const again = (anew: CarrierInput) => reopenMember(kind, anew, index, limits);
  return {
    bytes,
    reopen: (offset) => skipBytes(bytesOf(again(new CarrierInput(carrier.reopen(0)))), offset),
    blockDecoder: carrier.blockDecoder,
    member: originOf(carrier, found),
    depth: carrier.depth + 1,
    payload: found.payload ?? null,
    // What ends with its carrier has ended too early when that has.
    problem: () => found.problem?.() ?? (input.isOver ? (carrier.problem?.() ?? null) : null),
    surveyProblem: async () => {
      const anew = new CarrierInput(carrier.reopen(0));
      let problem: ErrorCode | null = null;
      for await (const member of again(anew)) {
        for await (const _chunk of member.bytes);
        problem = member.problem?.() ?? null;
        if (problem === null && anew.isOver) problem = await carrier.surveyProblem();
      }
      return problem;
    },
  };
}

function originOf({ member }: OpenSource, found: Member | SkippedMember): MemberOrigin {
  const path = member === null ? found.name : `${member.path} » ${found.name}`;
  return { path, fetched: found.kind === "member" ? (found.fetched ?? []) : [] };
}

/** Reads a carrier anew up to one of its members. */
async function* reopenMember(
  kind: CarrierKind,
  input: CarrierInput,
  wanted: number,
  limits: Limits,
): AsyncGenerator<Member> {
  let index = 0;
  try {
    for await (const found of readCarrier(kind, input, limits)) {
      if (found.kind === "skip") continue;
      if (index++ === wanted) {
        yield found;
        return;
      }
      for await (const _earlier of found.bytes);
    }
  } finally {
    await input.close();
  }
}

async function* bytesOf(members: AsyncIterable<Member>): AsyncGenerator<Uint8Array> {
  for await (const member of members) yield* member.bytes;
}

async function* skipBytes(source: ByteSource, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of source) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/** The bytes of a member, counted. Whoever stops reading them leaves the rest to be drained. */
class MemberBytes implements AsyncIterable<Uint8Array> {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #size = 0;

  constructor(source: ByteSource) {
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Bytes given so far. */
  get size(): number {
    return this.#size;
  }

  /** An iterator that cannot close the source, since what is left must still be passed. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async drain(): Promise<void> {
    for await (const _unread of this);
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = await this.#iterator.next();
    if (next.done === true) return { done: true, value: undefined };
    this.#size += next.value.length;
    return next;
  }
}
