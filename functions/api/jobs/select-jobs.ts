import { ApiError } from "../../../shared/errors.ts";
import type { JobStatus } from "../../../shared/job-status.ts";
import type { JobSelection } from "../../../shared/job-store.ts";
import type { Principal } from "../api-deps.ts";

/** Which jobs a list is asked for: the principal's own, or everybody's. */
export interface JobChoice {
  readonly owner?: "all" | undefined;
  readonly status?: JobStatus | undefined;
}

/**
 * What a principal's list holds.
 *
 * @throws ApiError api/admin-only, api/request-invalid for everybody's jobs of all states at once: no store has them in
 *   one order
 */
export function selectJobs(principal: Principal, { owner, status }: JobChoice): JobSelection {
  if (owner === undefined) return { owner: principal.owner, ...(status === undefined ? {} : { status }) };
  if (!principal.isAdmin) throw new ApiError("api/admin-only");
  if (status !== undefined) return { owner: null, status };
  throw new ApiError("api/request-invalid", "With owner=all, status has to say which jobs: those of one state.");
}
