import { once } from "node:events";
import { Readable } from "node:stream";
import { ZipWriter } from "../../zip/zip-writer.ts";

/** A file on its way into a ZIP. */
export interface ZippedFile {
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** True for what is compressed already. */
  readonly isStored: boolean;
}

const LEVEL = 6;
const MODE = 0o644;
/** The first day of a ZIP's calendar: what a download is made of has its dates inside. */
const DATE = new Date(Date.UTC(1980, 0, 1));

/**
 * A ZIP (with ZIP64 where it needs that) of files one after the other, made as fast as it is read: the same files give
 * the same bytes. Whoever stops reading ends it, and the file being read with it.
 */
export async function* zipFiles(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array> {
  const zip = new ZipWriter({ zlib: { level: LEVEL } });
  // Whoever reads it is told of errors; without a listener they would end the process.
  zip.on("error", () => undefined);
  const filled = fill(zip, files).then(
    () => zip.finish(),
    (error: Error) => void zip.destroy(error),
  );
  try {
    yield* zip as AsyncIterable<Uint8Array>;
  } finally {
    zip.destroy();
    await filled;
  }
}

async function fill(zip: ZipWriter, files: AsyncIterable<ZippedFile>): Promise<void> {
  const left = once(zip, "close");
  for await (const file of files) {
    if (zip.destroyed) return;
    const source = Readable.from(file.content);
    source.on("error", (error) => zip.destroy(error));
    try {
      await Promise.race([addEntry(zip, source, file), left]);
    } finally {
      source.destroy();
    }
  }
}

function addEntry(zip: ZipWriter, source: Readable, { path, isStored }: ZippedFile): Promise<void> {
  return new Promise((resolve, reject) => {
    const facts = { name: path, date: DATE, mode: MODE, store: isStored };
    zip.entry(source, facts, (error) => (error ? reject(error) : resolve()));
  });
}
