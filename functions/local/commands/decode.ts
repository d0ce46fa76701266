import type { Gap } from "../../../shared/bytes/segment.ts";
import { decodeArchive } from "../../../shared/hu01/decode-archive.ts";
import { DEFAULT_LIMITS } from "../../../shared/limits.ts";
import { readArchiveFile } from "../archive-file.ts";
import { EXIT_DAMAGED, EXIT_OK, type ExitCode } from "../exit-code.ts";
import { type Terminal, writeTo } from "../terminal.ts";
import { type Write, writeWholeFile } from "../write-whole-file.ts";

export interface DecodeCommandOptions {
  /** Where to write; standard output when absent. */
  readonly output?: string;
  /** Write zeros in the place of missing bytes, so that offsets stay true. */
  readonly fill: boolean;
  readonly carve: boolean;
}

const ZEROS = new Uint8Array(65_536);

/**
 * `hu01 decode`: the decompressed bytes of one archive. Every hole is named on standard error.
 *
 * @throws StoreError, CodecError: nothing could be decoded
 */
export async function decodeCommand(
  path: string,
  options: DecodeCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const decode = (write: Write) => decodeTo(write, path, options, terminal);
  const isWhole = await (options.output === undefined
    ? decode((bytes) => writeTo(terminal.stdout, bytes))
    : writeWholeFile(options.output, decode));
  return isWhole ? EXIT_OK : EXIT_DAMAGED;
}

/** @returns false when anything is missing or not as announced */
async function decodeTo(write: Write, path: string, options: DecodeCommandOptions, { stderr }: Terminal) {
  let isWhole = true;
  for await (const event of decodeArchive(readArchiveFile(path), { limits: DEFAULT_LIMITS, carve: options.carve })) {
    if (event.kind === "bytes") await write(event.bytes);
    if (event.kind === "gap") {
      isWhole = false;
      await writeTo(stderr, describeGap(event));
      if (options.fill) await writeZeros(write, event.missingBytes);
    }
    if (event.kind === "stream-end" && event.decodedBytes !== event.declaredBytes) isWhole = false;
  }
  return isWhole;
}

function describeGap({ code, missingBytes, exact, outputOffset, archiveOffset }: Gap): string {
  const size = `${exact ? "" : "about "}${missingBytes} bytes`;
  return `hu01: ${size} missing at ${outputOffset}; archive damaged at ${archiveOffset} (${code})\n`;
}

async function writeZeros(write: Write, count: number): Promise<void> {
  for (let left = count; left > 0; left -= ZEROS.length) await write(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
}
