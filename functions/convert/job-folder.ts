import type { Job } from "../../shared/job.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { clearFolder } from "../clear-folder.ts";
import type { Log } from "../log.ts";
import { Journal } from "./journal.ts";
import { type Finished, keepFinished } from "./keep-finished.ts";

/** Where the results of one job lie, and what is done with them when it ends. */
export class JobFolder {
  readonly #deps: { readonly results: ObjectStore; readonly log: Log; readonly toolVersion: string };
  readonly #jobId: string;

  constructor(deps: { readonly results: ObjectStore; readonly log: Log; readonly toolVersion: string }, jobId: string) {
    this.#deps = deps;
    this.#jobId = jobId;
  }

  /** Begins every key of the results; ends in a slash. */
  get prefix(): string {
    return `${this.#jobId}/`;
  }

  /** Deletes what lies there, or below a folder in it. @throws StoreError; the signal's reason */
  async clear(signal: AbortSignal, below = ""): Promise<void> {
    const { deleted, kept } = await clearFolder(this.#deps.results, this.prefix + below, signal);
    if (kept > 0) this.#deps.log.error("results left behind", { job: this.#jobId, deleted, kept });
  }

  /** Leaves what was finished and deletes the rest; all of it when that is nothing. @throws like `clear` */
  async keep(finished: Finished | null, signal: AbortSignal): Promise<void> {
    if (finished === null) return await this.clear(signal);
    const kept = await keepFinished(this.#deps.results, this.prefix, finished, signal);
    if (kept > 0) this.#deps.log.error("results left behind", { job: this.#jobId, kept });
  }

  /** What earlier runs have finished by the checkpoint that counts. @throws StoreError */
  async finishedBefore({ attempt, checkpoint }: Job): Promise<Finished | null> {
    const { results, toolVersion } = this.#deps;
    const place = { results, folder: this.prefix, attempt, toolVersion, commit: async () => undefined };
    const journal = await Journal.open(place, checkpoint);
    if (journal.state === null) return null;
    return { manifest: (signal) => journal.manifest(signal), packs: journal.state.packs.packs };
  }
}
