import type { ByteReader } from "../bytes/byte-reader.ts";
import type { Gap } from "../bytes/segment.ts";
import { ArchiveError, CodecError, type ErrorCode } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { ArchiveEvent, Damage } from "./archive-event.ts";
import {
  BLOCK_HEADER_BYTES,
  BLOCK_MAGIC,
  type BlockHeader,
  hasPossibleSizes,
  parseBlockHeader,
} from "./block-header.ts";
import type { DecodeAhead } from "./decode-ahead.ts";
import { type DecodedBlock, decodeBlock } from "./decode-block.ts";
import { hasFileMagic } from "./file-header.ts";
import { isBlockEnd } from "./resync.ts";
import { salvageBlock } from "./salvage-block.ts";

/** Where a stream's blocks begin and what its header said. */
export interface StreamPlan {
  readonly index: number;
  /** Offset of the stream in the archive: of its file header, or of its first block when that is lost. */
  readonly archiveOffset: number;
  /** Announced total; null when the file header is lost. */
  readonly declaredBytes: number | null;
  /** Bytes that earlier streams have produced, for the limit. */
  readonly producedBefore: number;
}

/**
 * Decodes the blocks of one stream. The reader stands at the first one and is left behind the last one.
 * Yields for each good block its facts and its bytes, for each lost stretch a gap, and at last the sums.
 *
 * @param ahead decodes blocks on other threads before they are asked for; null when there are none
 * @throws CodecError hu01/output-too-large
 */
export async function* decodeStream(
  reader: ByteReader,
  plan: StreamPlan,
  limits: Limits,
  ahead: DecodeAhead | null,
): AsyncGenerator<ArchiveEvent> {
  let block = 0;
  let decodedBytes = 0;
  let missingBytes = 0;
  let allExact = true;

  const gap = (archiveOffset: number, damage: Damage): Gap => {
    const found: Gap = { kind: "gap", archiveOffset, outputOffset: decodedBytes + missingBytes, ...damage };
    missingBytes += damage.missingBytes;
    allExact &&= damage.exact;
    return found;
  };

  for (;;) {
    const archiveOffset = reader.offset;
    const remainingBytes = plan.declaredBytes === null ? null : plan.declaredBytes - decodedBytes - missingBytes;
    if (await isStreamOver(reader, remainingBytes, limits)) break;
    const ready = ahead === null ? null : await ahead.take(reader);
    const step = await nextBlock(reader, remainingBytes, limits, ready);
    if (step.kind === "lost") {
      const { code, archiveLength, missingBytes: lost, exact } = step;
      yield gap(archiveOffset, { code, archiveLength, missingBytes: lost, exact: exact && allExact });
      continue;
    }
    const { bytes, stored, verified } = step.decoded;
    const sum = plan.producedBefore + decodedBytes + bytes.length;
    if (sum > limits.maxOutputBytes) throw outputTooLarge(sum, limits);
    reader.skip(step.archiveLength);
    yield {
      kind: "block",
      index: block,
      archiveOffset,
      archiveLength: step.archiveLength,
      header: step.header,
      decompressedBytes: bytes.length,
      stored,
      verified,
      repaired: step.kind === "repaired",
    };
    yield { kind: "bytes", bytes, outputOffset: decodedBytes + missingBytes, block };
    decodedBytes += bytes.length;
    block++;
  }

  const left = plan.declaredBytes === null ? 0 : plan.declaredBytes - decodedBytes - missingBytes;
  if (left > 0) {
    yield gap(reader.offset, { code: "hu01/truncated", archiveLength: 0, missingBytes: left, exact: allExact });
  }
  yield {
    kind: "stream-end",
    index: plan.index,
    archiveLength: reader.offset - plan.archiveOffset,
    declaredBytes: plan.declaredBytes ?? decodedBytes + missingBytes,
    decodedBytes,
    missingBytes,
    excessBytes: Math.max(0, -left),
  };
}

type Step =
  | {
      readonly kind: "good" | "repaired";
      readonly header: BlockHeader;
      readonly decoded: DecodedBlock;
      readonly archiveLength: number;
    }
  | ({ readonly kind: "lost" } & Damage);

/** @param ready the block that stands here, when it is decoded already */
async function nextBlock(
  reader: ByteReader,
  remainingBytes: number | null,
  limits: Limits,
  ready: DecodedBlock | null,
): Promise<Step> {
  const head = await reader.peek(BLOCK_HEADER_BYTES);
  const header = head.length < BLOCK_HEADER_BYTES ? null : parseBlockHeader(head);
  const rules = { limits, remainingBytes: remainingBytes !== null && remainingBytes > 0 ? remainingBytes : null };
  if (header === null || header.magic !== BLOCK_MAGIC || !hasPossibleSizes(header, limits)) {
    return salvageBlock(reader, rules, headerFault(header, limits));
  }
  const archiveLength = header.headerBytes + header.compressedBytes;
  const block = await reader.peek(archiveLength);
  if (block.length < archiveLength) return salvageBlock(reader, rules, "hu01/truncated");
  try {
    const decoded = ready ?? decodeBlock(block.subarray(header.headerBytes), header.decompressedBytes, header.crc);
    const usedLength = header.headerBytes + decoded.consumed;
    if (await isOverstated(reader, usedLength, archiveLength, limits)) {
      return { kind: "repaired", header, decoded, archiveLength: usedLength };
    }
    return { kind: "good", header, decoded, archiveLength };
  } catch (error) {
    if (error instanceof ArchiveError) return salvageBlock(reader, rules, error.code);
    throw error;
  }
}

/** A compressed size that is too large by damage decodes all the same; then the next block stands nearer than it says. */
async function isOverstated(reader: ByteReader, used: number, stated: number, limits: Limits): Promise<boolean> {
  return used < stated && !(await isBlockEnd(reader, stated, limits)) && (await isBlockEnd(reader, used, limits));
}

/** A stream ends where the archive or another stream begins, or once its total is there and no block follows. */
async function isStreamOver(reader: ByteReader, remainingBytes: number | null, limits: Limits): Promise<boolean> {
  const head = await reader.peek(BLOCK_HEADER_BYTES);
  if (head.length === 0) return true;
  if (hasFileMagic(head, 0, limits.maxFileHeaderBytes)) return true;
  const complete = remainingBytes === null || remainingBytes <= 0;
  if (!complete) return false;
  // A block behind the announced total means that the total is wrong, not the block.
  return head.length < BLOCK_HEADER_BYTES || parseBlockHeader(head).magic !== BLOCK_MAGIC;
}

function headerFault(header: BlockHeader | null, limits: Limits): ErrorCode {
  if (header === null) return "hu01/truncated";
  const tooLarge = header.magic === BLOCK_MAGIC && header.decompressedBytes > limits.maxBlockBytes;
  return tooLarge ? "hu01/block-too-large" : "hu01/block-header-invalid";
}

function outputTooLarge(sum: number, limits: Limits): CodecError {
  const message = `The archive decompresses to ${sum} bytes or more; the limit is ${limits.maxOutputBytes}.`;
  return new CodecError("hu01/output-too-large", message, {
    details: { outputBytes: sum, limitBytes: limits.maxOutputBytes },
  });
}
