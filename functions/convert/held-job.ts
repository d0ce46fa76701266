import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { JobError, StoreError } from "../../shared/errors.ts";
import { attemptsInVain, claimJob, type Job } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";
import { retrying } from "../retrying.ts";

/** Beside the worker only a person's request to cancel changes a held record, once; the rest is slack. */
const MAX_CONFLICTS = 10;

export interface Claim {
  /** Names the process; each claim adds something of its own, so that no two are ever the same worker. */
  readonly worker: string;
  readonly leaseMillis: number;
  readonly now: () => Date;
}

/** A job record that this worker holds by a lease. */
export class HeldJob {
  readonly #store: JobStore;
  readonly #worker: string;
  readonly #now: () => Date;
  #job: Job;
  #lastSave: Promise<unknown> = Promise.resolve();

  private constructor(store: JobStore, job: Job, worker: string, now: () => Date) {
    this.#store = store;
    this.#job = job;
    this.#worker = worker;
    this.#now = now;
  }

  /**
   * Takes a queued job, or one whose worker let the lease run out.
   *
   * @throws JobError jobs/not-found, jobs/not-claimable; StoreError when the store fails again and again
   */
  static async claim(store: JobStore, jobId: string, { worker, leaseMillis, now }: Claim): Promise<HeldJob> {
    const stored = await retrying(() => store.get(jobId));
    if (stored === null) throw new JobError("jobs/not-found");
    const self = `${worker}/${randomUUID()}`;
    const claimed = claimJob(stored, { worker: self, leaseMillis }, now());
    if (!(await put(store, claimed))) throw new JobError("jobs/not-claimable", "Another worker was faster.");
    return new HeldJob(store, claimed, self, now);
  }

  /** The record as it was last stored. */
  get job(): Job {
    return this.#job;
  }

  /** True while nobody else may take it. */
  get leaseLasts(): boolean {
    const { lease } = this.#job;
    return lease !== null && Date.parse(lease.expiresAt) > this.#now().getTime();
  }

  /** True when a run that failed for a reason that may pass is followed by another. */
  isTriedAgain(maxAttempts: number, maxRuns: number): boolean {
    const { attempt, cancelRequested } = this.#job;
    return Math.max(1, attemptsInVain(this.#job)) < maxAttempts && attempt < maxRuns && !cancelRequested;
  }

  /**
   * Stores a change. When the record was changed by somebody else meanwhile and is still held, the change is made
   * again on what is stored now. A change that gives back the same record stores nothing. Saves wait for each other.
   *
   * @returns the record as stored
   * @throws JobError jobs/lease-lost; StoreError when the store fails again and again
   */
  save(change: (job: Job, now: Date) => Job): Promise<Job> {
    const saved = this.#lastSave.then(() => this.#save(change));
    this.#lastSave = saved.catch(() => undefined);
    return saved;
  }

  async #save(change: (job: Job, now: Date) => Job): Promise<Job> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
      const next = change(this.#job, this.#now());
      if (next === this.#job || (await put(this.#store, next))) {
        this.#job = next;
        return next;
      }
      this.#job = await this.#stillHeld();
    }
    throw new StoreError("stores/conflict");
  }

  async #stillHeld(): Promise<Job> {
    const stored = await retrying(() => this.#store.get(this.#job.id));
    if (stored?.status === "running" && stored.lease?.worker === this.#worker) return stored;
    throw new JobError("jobs/lease-lost");
  }
}

/** An update whose answer was lost has been made all the same: then the record is what we wanted it to be. */
async function put(store: JobStore, next: Job): Promise<boolean> {
  if (await retrying(() => store.update(next))) return true;
  return isDeepStrictEqual(await retrying(() => store.get(next.id)), next);
}
