import type { PackReceipt, Receipt } from "../items/outcome.ts";

/** What stands in the results and what was put into its packs. */
export class FileSums {
  /** Objects in the results, packs among them; without manifest.jsonl and report.json. */
  readonly files = { count: 0, bytes: 0 };
  /** Packs with their sizes, the files in them, and the bytes of these before packing. */
  readonly packs = { count: 0, bytes: 0, entries: 0, contentBytes: 0 };
  /** What receipts say was packed. */
  readonly #packed = { entries: 0, contentBytes: 0 };

  addFile({ size, pack }: Receipt): void {
    if (pack === undefined) {
      this.#addObject(size);
      return;
    }
    this.#packed.entries++;
    this.#packed.contentBytes += size;
  }

  addPack({ size, entries, contentBytes }: PackReceipt): void {
    this.#addObject(size);
    this.packs.count++;
    this.packs.bytes += size;
    this.packs.entries += entries;
    this.packs.contentBytes += contentBytes;
  }

  /** Pairs that must agree: what was handed to packs, and what they hold. */
  get sums(): Readonly<Record<"packedFiles" | "packedBytes", readonly [given: number, accounted: number]>> {
    return {
      packedFiles: [this.#packed.entries, this.packs.entries],
      packedBytes: [this.#packed.contentBytes, this.packs.contentBytes],
    };
  }

  #addObject(size: number): void {
    this.files.count++;
    this.files.bytes += size;
  }
}
