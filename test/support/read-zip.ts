import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { collectBytes } from "../../shared/bytes/byte-source.ts";

/** An entry of a ZIP as yauzl reads it. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** In UTC. */
  readonly modified: Date;
  readonly isUtf8: boolean;
  readonly attributes: number;
}

/** Reads a whole ZIP by an independent reader, which checks names, sizes and checksums. */
export async function readZip(zip: Uint8Array): Promise<readonly ZipEntry[]> {
  const file = await new Promise<ZipFile>((resolve, reject) => {
    const options = { lazyEntries: true, strictFileNames: true, validateEntrySizes: true };
    fromBuffer(Buffer.from(zip), options, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const entries: ZipEntry[] = [];
  for await (const entry of eachEntry(file)) {
    entries.push({
      name: entry.fileName,
      bytes: await bytesOf(file, entry),
      modified: entry.getLastModDate({ timezone: "UTC" }),
      isUtf8: (entry.generalPurposeBitFlag & 0x800) !== 0,
      attributes: entry.externalFileAttributes,
    });
  }
  return entries;
}

async function* eachEntry(file: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      file
        .once("entry", resolve)
        .once("end", () => resolve(null))
        .once("error", reject);
      file.readEntry();
    });
    file.removeAllListeners("entry").removeAllListeners("end").removeAllListeners("error");
    if (entry === null) return;
    yield entry;
  }
}

function bytesOf(file: ZipFile, entry: Entry): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(collectBytes(stream))));
  });
}
