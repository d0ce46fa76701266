import { Gunzip } from "fflate";
import { concatBytes } from "../../bytes/byte-source.ts";
import { crc32 } from "../../bytes/crc32.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import { isBomb } from "./inflate-budget.ts";

const TRAILER_BYTES = 8;

/** Inflates gzip block by block and proves each member by its CRC-32 and size (RFC 1952 2.3.1). */
export class GzipInflater {
  readonly #limits: Limits;
  readonly #allowedBytes: number;
  readonly #gunzip: Gunzip;
  #pieces: Uint8Array[] = [];
  #crc = 0;
  #memberBytes = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  /** The newest input, in which trailers are looked up; it ends at `bytesIn`. */
  #recent: Uint8Array = new Uint8Array(0);
  isOver = false;
  /** Why nothing more comes, or why what came is not proved. */
  problem: ErrorCode | null = null;

  /** @param allowedBytes that may come out */
  constructor(limits: Limits, allowedBytes: number) {
    this.#limits = limits;
    this.#allowedBytes = allowedBytes;
    this.#gunzip = new Gunzip((bytes) => this.#add(bytes));
    this.#gunzip.onmember = (offset) => this.#endMember(offset);
  }

  /** Bytes that have come out. */
  get bytesOut(): number {
    return this.#bytesOut;
  }

  /** @returns what comes out of the block; nothing of a block in which the data is damaged */
  push(block: Uint8Array, isLast: boolean): readonly Uint8Array[] {
    this.#pieces = [];
    this.#bytesIn += block.length;
    this.#recent = concatBytes([this.#recent.slice(-2 * block.length - TRAILER_BYTES), block]);
    try {
      this.#gunzip.push(block, isLast);
      if (isLast) this.#endMember(this.#bytesIn);
    } catch {
      this.problem = "readers/carrier-damaged";
    }
    this.isOver = isLast;
    const sizes = { bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
    if (isBomb(sizes, this.#allowedBytes, this.#limits)) this.problem = "readers/member-bomb";
    return this.#pieces;
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#memberBytes += bytes.length;
    this.#bytesOut += bytes.length;
    this.#pieces.push(bytes);
  }

  /** @param end where in the input the member's trailer ends */
  #endMember(end: number): void {
    const at = this.#recent.length - (this.#bytesIn - end) - TRAILER_BYTES;
    const view = new DataView(this.#recent.buffer, this.#recent.byteOffset, this.#recent.length);
    const isProved =
      at >= 0 && view.getUint32(at, true) === this.#crc && view.getUint32(at + 4, true) === this.#memberBytes % 2 ** 32;
    if (!isProved) this.problem = "readers/carrier-damaged";
    this.#crc = 0;
    this.#memberBytes = 0;
  }
}
