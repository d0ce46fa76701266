import { fromBufferPromise } from "yauzl";
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

/** Reads a whole ZIP by an independent reader, which refuses bad names and sizes. */
export async function readZip(zip: Uint8Array): Promise<readonly ZipEntry[]> {
  const file = await fromBufferPromise(Buffer.from(zip), { strictFileNames: true });
  const entries: ZipEntry[] = [];
  for await (const entry of file.eachEntry()) {
    entries.push({
      name: entry.fileName,
      bytes: await collectBytes(await file.openReadStreamPromise(entry)),
      modified: entry.getLastModDate({ timezone: "UTC" }),
      isUtf8: (entry.generalPurposeBitFlag & 0x800) !== 0,
      attributes: entry.externalFileAttributes,
    });
  }
  return entries;
}
