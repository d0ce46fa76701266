import { binaryString } from "../../bytes/binary-string.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { CarrierPlace, Member } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";
import { GzipInflater } from "./gzip-inflater.ts";

/** Input is cut into blocks of this size whatever its chunks, so that damage strikes at the same place each time. */
const BLOCK_BYTES = 4096;
const MAX_NAME_BYTES = 1024;
const HEADER_BYTES = 10;
const FEXTRA_AND_FNAME = 0x0c;
const FNAME = 0x08;

/** Reads a gzip file (RFC 1952): the one thing in it, however many gzip members it is cut into. */
export async function* readGzip(input: CarrierInput, limits: Limits, { budget }: CarrierPlace): AsyncGenerator<Member> {
  const name = nameOf(await input.peek(HEADER_BYTES + MAX_NAME_BYTES));
  let problem: ErrorCode | null = null;
  async function* inflate(): AsyncGenerator<Uint8Array> {
    const inflater = new GzipInflater(limits, budget.leftBytes);
    while (problem === null && !inflater.isOver) {
      const block = (await input.peek(BLOCK_BYTES)).slice();
      const pieces = inflater.push(block, block.length < BLOCK_BYTES);
      input.passCarried(block.length);
      problem = inflater.problem;
      yield* pieces;
    }
    budget.spend(inflater.bytesOut);
  }
  yield { kind: "member", name, bytes: inflate(), problem: () => problem };
}

/** The file name in the header, where it has one and no extra field before it. */
function nameOf(head: Uint8Array): string {
  const end = head.indexOf(0, HEADER_BYTES);
  const hasName = ((head[3] ?? 0) & FEXTRA_AND_FNAME) === FNAME && end > HEADER_BYTES;
  return hasName ? binaryString(head.subarray(HEADER_BYTES, end)) : "content";
}
