import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 } from "uuid";
import type { ApiApp, ApiDeps } from "../../functions/api/api-deps.ts";
import { createApp } from "../../functions/api/app.ts";
import { createJobWatch } from "../../functions/api/live/watch-jobs.ts";
import { createServedUploads } from "../../functions/api/uploads/served-uploads.ts";
import { createLog } from "../../functions/log.ts";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { createSqliteJobStore } from "../../functions/stores/sqlite-job-store.ts";
import { createSqliteNoteStore } from "../../functions/stores/sqlite-note-store.ts";
import { claimJob, createJob, finishJob, type Job } from "../../shared/job.ts";
import type { ObjectFacts } from "../../shared/object-store.ts";
import { DEFAULT_OPTIONS } from "../../shared/options.ts";

/** The API over real stores in a folder of its own; nothing converts. */
export interface TestService extends AsyncDisposable {
  readonly app: ApiApp;
  readonly deps: ApiDeps;
  readonly announced: ObjectFacts[];
  readonly announcedJobs: string[];
  readonly logged: string[];
  readonly folder: string;
}

/** Starts one; `override` puts something else in the place of a dependency. */
export async function createTestService(
  override: (deps: ApiDeps) => Partial<ApiDeps> = () => ({}),
): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), "hu01-api-"));
  const jobs = createSqliteJobStore(":memory:");
  const notes = createSqliteNoteStore(":memory:", () => new Date("2026-01-02T03:04:05.678Z"));
  const announced: ObjectFacts[] = [];
  const announcedJobs: string[] = [];
  const logged: string[] = [];
  const sources = createDirectoryObjectStore(join(folder, "sources"));
  const sound: ApiDeps = {
    jobs,
    notes,
    sources,
    uploads: createServedUploads({ sources, notes }),
    results: createDirectoryObjectStore(join(folder, "results")),
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    newId: v7,
    principalOf: () => ({ owner: "local", isAdmin: false }),
    announce: async (facts) => void announced.push(facts),
    watchJob: createJobWatch({ jobs, pollMillis: 20 }).watch,
    announceJob: async (jobId) => void announcedJobs.push(jobId),
    log: createLog((line) => logged.push(line)),
    toolVersion: "1.2.3",
  };
  const deps = { ...sound, ...override(sound) };
  return {
    app: createApp(deps),
    deps,
    announced,
    announcedJobs,
    logged,
    folder,
    [Symbol.asyncDispose]: async () => {
      jobs.close();
      notes.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Stores a record as an upload would. */
export async function addJob({ deps }: TestService, facts: Partial<Job> & { id: string }): Promise<Job> {
  const source = { key: `uploads/${facts.id}/a.hu01`, filename: "a.hu01", size: 10, etag: "e1" };
  const fresh = {
    owner: deps.principalOf({}).owner,
    status: "queued" as const,
    source,
    options: { ...DEFAULT_OPTIONS, carve: false },
  };
  const job = { ...createJob({ ...fresh, id: facts.id }, deps.now()), ...facts };
  await deps.jobs.create(job);
  return job;
}

/** Stores a finished job with the given result files. */
export async function addFinishedJob(
  service: TestService,
  id: string,
  files: Record<string, string>,
  options: Partial<Job["options"]> = {},
): Promise<Job> {
  const queued = await addJob(service, { id, options: { ...DEFAULT_OPTIONS, ...options } });
  const now = service.deps.now();
  const running = claimJob(queued, { worker: "w", leaseMillis: 1000 }, now);
  const finished = finishJob(running, { status: "succeeded" }, running.progress, now);
  await service.deps.jobs.update(running);
  await service.deps.jobs.update(finished);
  for (const [path, text] of Object.entries(files)) {
    await service.deps.results.write(`${id}/${path}`, [new TextEncoder().encode(text)]);
  }
  return finished;
}
