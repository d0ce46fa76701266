import type { Gap } from "../../../shared/bytes/segment.ts";
import { decodeSettledArchive, decodeWithLateGaps } from "../../../shared/hu01/settle-gaps.ts";
import { DEFAULT_LIMITS } from "../../../shared/limits.ts";
import { createDecoderPool } from "../../decoder-pool/decoder-pool.ts";
import { openArchiveFile } from "../archive-file.ts";
import { EXIT_DAMAGED, EXIT_OK, type ExitCode } from "../exit-code.ts";
import { Recovery } from "../recovery.ts";
import { type Terminal, writeTo } from "../terminal.ts";
import { type Write, writeWholeFile } from "../write-whole-file.ts";

export interface DecodeCommandOptions {
  /** Where to write; standard output when absent. */
  readonly output?: string;
  /** Write zeros in the place of missing bytes, so that offsets stay true. */
  readonly fill: boolean;
  readonly carve: boolean;
  /** Threads that decode. Default: as many as the machine runs at once, where the archive is large enough. */
  readonly threads?: number;
}

const ZEROS = new Uint8Array(65_536);

/**
 * `hu01 decode`: the decompressed bytes of one archive. Every hole is named on standard error.
 *
 * @throws LocalError, StoreError, CodecError: nothing could be decoded
 */
export async function decodeCommand(
  path: string,
  options: DecodeCommandOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const decode = (write: Write) => decodeTo(write, path, options, { terminal, signal });
  const isWhole = await (options.output === undefined
    ? decode((bytes) => writeTo(terminal.stdout, bytes))
    : writeWholeFile(options.output, decode));
  return isWhole ? EXIT_OK : EXIT_DAMAGED;
}

/** @returns false when anything is missing or not as announced */
async function decodeTo(
  write: Write,
  path: string,
  { fill, carve, threads }: DecodeCommandOptions,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  await using pool = createDecoderPool(threads === undefined ? {} : { threads });
  const decoding = { limits: DEFAULT_LIMITS, carve, blockDecoder: pool };
  const archive = openArchiveFile(path);
  const recovery = new Recovery();
  // Zeros have to be counted when their turn comes. Otherwise one pass is enough.
  const events = fill ? decodeSettledArchive(archive, decoding) : decodeWithLateGaps(archive.bytes, decoding);
  for await (const event of events) {
    signal?.throwIfAborted();
    recovery.add(event);
    if (event.kind === "bytes") await write(event.bytes);
    if (event.kind === "gap") {
      await writeTo(terminal.stderr, describeGap(event));
      // A header alone may claim 4 GiB; zeros keep offsets true only where there is something to be found.
      if (fill && !recovery.isLostStream) await writeZeros(write, event.missingBytes);
    }
  }
  return recovery.isWholeAtEnd();
}

function describeGap({ code, missingBytes, exact, outputOffset, archiveOffset }: Gap): string {
  const count = missingBytes === 0 ? "an unknown number of" : `about ${missingBytes}`;
  const size = `${exact ? missingBytes : count} bytes`;
  return `hu01: ${size} missing at ${outputOffset}; archive damaged at ${archiveOffset} (${code})\n`;
}

async function writeZeros(write: Write, count: number): Promise<void> {
  for (let left = count; left > 0; left -= ZEROS.length) {
    await write(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  }
}
