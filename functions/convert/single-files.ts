import type { PackReceipt, Receipt } from "../../shared/items/outcome.ts";
import type { OutputFile } from "../../shared/items/output-file.ts";
import { MeteredBytes } from "./metered-bytes.ts";
import type { Outputs, PutObject } from "./outputs.ts";

/** Each file is an object of its own. */
export class SingleFiles implements Outputs {
  readonly #put: PutObject;

  constructor(put: PutObject) {
    this.#put = put;
  }

  async write({ path, mediaType, content }: OutputFile, _outcome: unknown, signal: AbortSignal): Promise<Receipt> {
    const metered = new MeteredBytes(content);
    await this.#put(path, mediaType, metered, signal);
    return { path, mediaType, size: metered.size, sha256: metered.sha256() };
  }

  packsThrough(): readonly PackReceipt[] {
    return [];
  }

  async close(): Promise<readonly PackReceipt[]> {
    return [];
  }

  async abort(): Promise<void> {
    // Nothing is open between two writes.
  }
}
