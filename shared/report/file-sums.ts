import type { PackReceipt, Receipt } from "../items/outcome.ts";
import type { ReportSums } from "./report-sums.ts";

/** Packs told by name in the report; all of them are in the manifest. */
const MAX_LISTED_PACKS = 1_000;

/** What stands in the results and what was put into its packs. */
export class FileSums {
  /** Objects in the results, packs among them; without manifest.jsonl and report.json. */
  readonly files: ReportSums["files"]["files"];
  /** Packs with their sizes, the files in them, the bytes of these before packing, and the first packs by name. */
  readonly packs: ReportSums["files"]["packs"];
  /** What receipts say was packed. */
  readonly #packed: ReportSums["files"]["packed"];

  /** @param sums counted on in place */
  constructor({ files, packs, packed }: ReportSums["files"]) {
    this.files = files;
    this.packs = packs;
    this.#packed = packed;
  }

  addFile({ size, pack }: Receipt): void {
    if (pack === undefined) {
      this.#addObject(size);
      return;
    }
    this.#packed.entries++;
    this.#packed.contentBytes += size;
  }

  addPack({ path, size, entries, contentBytes }: PackReceipt): void {
    this.#addObject(size);
    if (this.packs.paths.length < MAX_LISTED_PACKS) this.packs.paths.push(path);
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
