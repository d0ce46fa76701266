import type { Member, SkippedMember } from "../carrier.ts";
import type { CarrierInput } from "../carrier-input.ts";
import { STORED } from "./entry-facts.ts";
import { memberOf, type OpenEntry, type ZipContext } from "./entry-member.ts";
import { carryLength, type NextOffset, type Proof } from "./entry-pieces.ts";
import { type LocalHeader, peekLocalHeader } from "./local-header.ts";
import { readUnlistedEntries } from "./read-unlisted-entries.ts";
import type { ListedEntry, ZipDirectory } from "./zip-directory.ts";

/**
 * Reads what a directory lists, in the order of the places. No byte is given twice: an entry that begins inside another
 * one ends that one, and one that begins before the end of what was read is refused. What stands between and behind is
 * searched for files that the directory does not know of (a second ZIP put behind, entries that lost their place).
 */
export async function* readListedEntries(
  input: CarrierInput,
  directory: ZipDirectory,
  context: ZipContext,
): AsyncGenerator<Member | SkippedMember> {
  const isComplete = directory.unreadEntries === 0;
  for (let rank = 0; rank < directory.count; rank++) {
    const listed = directory.entryAt(rank);
    const name = `entry at ${listed.localOffset}`;
    if (isComplete) yield* readUnlistedEntries(input, context, offsetsFrom(directory, rank));
    if (listed.localOffset < input.offset) {
      yield { kind: "skip", name, code: "readers/member-overlaps" };
      continue;
    }
    await input.passUpTo(listed.localOffset);
    const local = await peekLocalHeader(input);
    if (local === null || !isHeaderOf(local, listed)) {
      yield { kind: "skip", name, code: "readers/carrier-damaged" };
      continue;
    }
    input.passFraming(local.length);
    const end = Math.min(input.offset + listed.compressedBytes, directory.offsetAt(rank + 1));
    yield* memberOf(input, openEntry(listed, local, offsetsFrom(directory, rank + 1)), context);
    await input.passUpTo(end);
  }
  if (isComplete) yield* readUnlistedEntries(input, context, offsetsFrom(directory, directory.count));
  if (directory.unreadEntries > 0) {
    const details = { unreadEntries: directory.unreadEntries, limitEntries: context.limits.maxZipEntries };
    yield { kind: "skip", name: "central directory", code: "readers/too-many-members", details };
  }
}

/** One whose signature is damaged is known by what it says. */
function isHeaderOf({ hasSignature, facts }: LocalHeader, listed: ListedEntry): boolean {
  if (hasSignature) return true;
  const { method, crc, compressedBytes } = listed;
  return crc !== 0 && facts.method === method && facts.crc === crc && facts.compressedBytes === compressedBytes;
}

/**
 * The directory tells what an entry is. Where it and the header in front of the data differ about a size or the CRC,
 * one of them is damaged: what fits either is proved.
 */
function openEntry(listed: ListedEntry, local: LocalHeader, nextOffset: NextOffset): OpenEntry {
  const { facts } = local;
  const proofs: Proof[] = facts.hasSizes ? [listed, facts] : [listed];
  const length = listed.method === STORED ? storedBytes(listed, local) : deflatedBytes(listed, local);
  return {
    name: local.name === "" ? `entry at ${listed.localOffset}` : local.name,
    facts: listed,
    carry: (input) => carryLength(input, length, nextOffset),
    proofs,
    storedBytes: listed.method === STORED ? length : null,
  };
}

function storedBytes({ compressedBytes, plainBytes }: ListedEntry, { facts }: LocalHeader): number {
  return compressedBytes === plainBytes || !facts.hasSizes ? compressedBytes : facts.compressedBytes;
}

/** Deflated data tells its own end, so the larger length does no harm. */
function deflatedBytes({ compressedBytes }: ListedEntry, { facts }: LocalHeader): number {
  return facts.hasSizes ? Math.max(compressedBytes, facts.compressedBytes) : compressedBytes;
}

/** @param rank of the first entry that counts */
function offsetsFrom(directory: ZipDirectory, rank: number): NextOffset {
  let next = rank;
  return (from) => {
    while (directory.offsetAt(next) < from) next++;
    return directory.offsetAt(next);
  };
}
