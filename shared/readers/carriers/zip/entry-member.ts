import { firstBytes, skipBytes } from "../../../bytes/part-of-source.ts";
import type { Limits } from "../../../limits.ts";
import type { CarrierPlace, Member, MemberAgain, SkippedMember } from "../carrier.ts";
import { CarrierInput } from "../carrier-input.ts";
import { EntryContent } from "./entry-content.ts";
import { DEFLATED, type EntryFacts, isFolder, refusalOf } from "./entry-facts.ts";
import type { Proof } from "./entry-pieces.ts";

/** What reading an entry needs beside the entry. */
export interface ZipContext {
  readonly limits: Limits;
  readonly place: CarrierPlace;
}

/** An entry whose data begins at the input's next byte. */
export interface OpenEntry {
  readonly name: string;
  readonly facts: EntryFacts;
  /** Carries its data out of an input that stands at its beginning; `onProof` is told what stands behind it. */
  readonly carry: (input: CarrierInput, onProof: (proof: Proof) => void) => AsyncGenerator<Uint8Array>;
  /** What its bytes must be, as far as that is known beforehand. */
  readonly proofs: readonly Proof[];
  /** Length of its data, where it is stored and its length is known. */
  readonly storedBytes: number | null;
}

/** The member that an entry is, or why it is none; nothing for a folder. */
export function* memberOf(
  input: CarrierInput,
  entry: OpenEntry,
  { limits, place }: ZipContext,
): Generator<Member | SkippedMember> {
  const { name, facts } = entry;
  if (isFolder(facts, name)) return;
  const refusal = refusalOf(facts, name);
  if (refusal !== null) {
    yield refusal;
    return;
  }
  const allowedBytes = place.budget.leftBytes;
  if (facts.method === DEFLATED && allowedBytes === 0) {
    yield { kind: "skip", name, code: "readers/member-bomb" };
    return;
  }
  const offset = input.offset;
  const opened = openContent(input, entry, { limits, allowedBytes });
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* opened.bytes;
    place.budget.spend(opened.content.inflatedBytes);
  }
  const again = () => openAgain(entry, { limits, place, allowedBytes, offset });
  yield { kind: "member", name, bytes: bytes(), problem: () => opened.content.problem, again };
}

function openContent(
  input: CarrierInput,
  { facts, carry, proofs }: OpenEntry,
  { limits, allowedBytes }: { readonly limits: Limits; readonly allowedBytes: number },
): { readonly content: EntryContent; readonly bytes: AsyncGenerator<Uint8Array> } {
  const known = [...proofs];
  const plan = { isDeflated: facts.method === DEFLATED, proofs: () => known, allowedBytes };
  const content = new EntryContent(plan, limits);
  const data = carry(input, (proof) => known.push(proof));
  return { content, bytes: content.read(data) };
}

function openAgain(
  entry: OpenEntry,
  context: ZipContext & { readonly allowedBytes: number; readonly offset: number },
): MemberAgain {
  const { place, offset } = context;
  let content: EntryContent | null = null;
  async function* whole(): AsyncGenerator<Uint8Array> {
    const input = new CarrierInput(place.openAt(offset), offset);
    const opened = openContent(input, entry, context);
    ({ content } = opened);
    try {
      yield* opened.bytes;
    } finally {
      await input.close();
    }
  }
  return {
    bytes: (from) => {
      const { storedBytes } = entry;
      if (from === 0 || storedBytes === null) return skipBytes(whole(), from);
      return firstBytes(place.openAt(offset + from), storedBytes - from);
    },
    get problem() {
      return content?.problem ?? null;
    },
  };
}
