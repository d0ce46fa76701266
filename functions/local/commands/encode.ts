import { createWriteStream, fstatSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import { encodeArchive } from "../../../shared/hu01/encode-archive.ts";
import type { Level } from "../../../shared/hu01/level.ts";
import { checkIsReadable, openArchiveFile } from "../archive-file.ts";
import { EXIT_OK, type ExitCode } from "../exit-code.ts";
import { type Terminal, writeTo } from "../terminal.ts";
import { type Write, writeWholeFile } from "../write-whole-file.ts";

export interface EncodeCommandOptions {
  /** Where to write; standard output when absent. */
  readonly output?: string;
  readonly level: Level;
  /** The item's GUID. */
  readonly itemId: string;
}

/** The file name that stands for standard input. */
const STANDARD_INPUT = "-";

/**
 * `hu01 encode`: one archive that holds the bytes of a file.
 *
 * @param path a file, or "-" for standard input
 * @throws LocalError, StoreError, CodecError: nothing was written, or what was is not to be used
 */
export async function encodeCommand(
  path: string,
  { output, level, itemId }: EncodeCommandOptions,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const use = async (source: ByteSource, size: number) => {
    const encode = async (write: Write) => {
      for await (const chunk of encodeArchive(source, { itemId, level, size })) {
        signal?.throwIfAborted();
        await write(chunk);
      }
    };
    if (output === undefined) await encode((bytes) => writeTo(terminal.stdout, bytes));
    else await writeWholeFile(output, encode);
  };
  await withInput(path, use, signal);
  return EXIT_OK;
}

type Use = (source: ByteSource, size: number) => Promise<void>;

/** Opens the input and finds out its size, which has to be known before the first byte is written. */
async function withInput(path: string, use: Use, signal: AbortSignal | undefined): Promise<void> {
  const isStandardInput = path === STANDARD_INPUT;
  if (!isStandardInput) await checkIsReadable(path);
  const stats = isStandardInput ? fstatSync(process.stdin.fd) : await stat(path);
  const source = isStandardInput ? process.stdin : openArchiveFile(path).bytes;
  return stats.isFile() ? use(source, stats.size) : withAside(source, use, signal);
}

/** What comes through a pipe has no size, so it is put aside first, where nobody else can read it. */
async function withAside(source: ByteSource, use: Use, signal: AbortSignal | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hu01-encode-"));
  try {
    const aside = join(folder, "input");
    const target = createWriteStream(aside, { mode: 0o600 });
    await pipeline(source, target, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
    await use(openArchiveFile(aside).bytes, target.bytesWritten);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
