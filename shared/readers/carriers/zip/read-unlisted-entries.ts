import { findZipLocalHeader } from "../../../payload/zip-header.ts";
import type { Member, SkippedMember } from "../carrier.ts";
import type { CarrierInput } from "../carrier-input.ts";
import { DEFLATED, STORED } from "./entry-facts.ts";
import { memberOf, type OpenEntry, type ZipContext } from "./entry-member.ts";
import { carryLength, carryToDescriptor, type NextOffset } from "./entry-pieces.ts";
import { type LocalHeader, peekLocalHeader } from "./local-header.ts";

const WINDOW_BYTES = 65_536;
const SIGNATURE_BYTES = 4;
/** A header that is cut off by the end of a window. */
const MAX_HELD_BYTES = 29;

/**
 * Reads what no directory lists, by the headers in front of the files, up to the nearest entry that is listed or else to
 * the end.
 */
export async function* readUnlistedEntries(
  input: CarrierInput,
  context: ZipContext,
  nextOffset: NextOffset,
): AsyncGenerator<Member | SkippedMember> {
  const until = nextOffset(0);
  while (await passToLocalHeader(input, until)) {
    const offset = input.offset;
    const local = await peekLocalHeader(input);
    input.passFraming(local?.length ?? SIGNATURE_BYTES);
    if (local !== null) yield* memberOf(input, openEntry(local, { offset, nextOffset, until }), context);
  }
}

/** @returns false when there is none up to the offset or the end */
async function passToLocalHeader(input: CarrierInput, until: number): Promise<boolean> {
  for (;;) {
    const window = await input.peek(Math.min(WINDOW_BYTES, Math.max(0, until - input.offset)));
    const isLast = window.length < WINDOW_BYTES;
    const at = findZipLocalHeader(window);
    if (at >= 0 || isLast) {
      input.passFraming(at >= 0 ? at : window.length);
      return at >= 0;
    }
    input.passFraming(window.length - MAX_HELD_BYTES);
  }
}

interface EntryPlace {
  readonly offset: number;
  readonly nextOffset: NextOffset;
  readonly until: number;
}

function openEntry({ name, facts }: LocalHeader, { offset, nextOffset, until }: EntryPlace): OpenEntry {
  const isKnown = facts.hasSizes || facts.compressedBytes > 0;
  return {
    name: name === "" ? `entry at ${offset}` : name,
    facts,
    carry: (input, onProof) =>
      isKnown
        ? carryLength(input, facts.compressedBytes, nextOffset)
        : carryToDescriptor(input, { endsAtHeader: facts.method === DEFLATED, until }, onProof),
    proofs: isKnown ? [facts] : [],
    storedBytes: facts.method === STORED && isKnown ? facts.compressedBytes : null,
  };
}
