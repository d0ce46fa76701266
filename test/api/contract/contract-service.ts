import { addFinishedJob, addJob, createTestService, type TestService } from "../test-service.ts";
import { addAwaitedJobs } from "./awaited-jobs.ts";
import { BACKFILL_CASES } from "./backfill-cases.ts";
import {
  broken,
  type ContractCase,
  EMPTY_ID,
  FILES,
  full,
  ID,
  type Override,
  PACKED_ID,
  RUNNING_ID,
  WAITING_ID,
} from "./contract-case.ts";
import { DOWNLOAD_CASES } from "./download-cases.ts";
import { FILE_CASES } from "./file-cases.ts";
import { JOB_CASES } from "./job-cases.ts";
import { LIVE_CASES } from "./live-cases.ts";
import { SERVICE_CASES } from "./service-cases.ts";
import { withStrangers } from "./strangers.ts";
import { withTooManyRequests } from "./too-many-requests.ts";
import { UPLOAD_CASES } from "./upload-cases.ts";
import { WEBHOOK_CASES } from "./webhook-cases.ts";

const OF_JOBS = [...UPLOAD_CASES, ...JOB_CASES, ...LIVE_CASES, ...FILE_CASES, ...DOWNLOAD_CASES];
const GIVEN = [...OF_JOBS, ...BACKFILL_CASES, ...WEBHOOK_CASES, ...SERVICE_CASES];

/** One request for each answer that the document promises. */
export const CONTRACT_CASES: readonly ContractCase[] = [
  ...GIVEN,
  ...withTooManyRequests(GIVEN),
  ...withStrangers(GIVEN),
];

/** A service with the jobs that the cases are about; they belong to whoever asks without saying who he is. */
export async function startContractService(override: Override, besides: Override = () => ({})): Promise<TestService> {
  const service = await createTestService((deps) => ({ ...override(deps), ...besides(deps) }));
  if (override === broken || override === full || isClosed(service)) return service;
  await addFinishedJob(service, ID, FILES);
  await addFinishedJob(service, PACKED_ID, { "archive.zip": "PK" }, { pack: "zip" });
  await addFinishedJob(service, EMPTY_ID, {});
  await addJob(service, { id: WAITING_ID });
  await addJob(service, { id: RUNNING_ID, status: "running" });
  await addAwaitedJobs(service.deps);
  return service;
}

/** True for a service to which nobody is known, so that nobody has jobs there. */
function isClosed({ deps }: TestService): boolean {
  try {
    deps.principalOf({});
    return false;
  } catch {
    return true;
  }
}
