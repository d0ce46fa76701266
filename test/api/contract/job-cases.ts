import { broken, type ContractCase, full, get, ID, post, sound, WAITING_ID } from "./contract-case.ts";

/** One request for each answer that the document promises. */
export const JOB_CASES: readonly ContractCase[] = [
  ["GET /v1/jobs 200", "/v1/jobs?status=succeeded&limit=1", get, sound],
  ["GET /v1/jobs 400", "/v1/jobs?limit=1001&status=done&colour=red", get, sound],
  ["GET /v1/jobs 403", "/v1/jobs?owner=all&status=queued", get, sound],
  ["GET /v1/jobs 500", "/v1/jobs", get, broken],
  ["GET /v1/jobs 503", "/v1/jobs", get, full],
  ["GET /v1/jobs/{id} 200", `/v1/jobs/${ID}`, get, sound],
  ["GET /v1/jobs/{id} 404", "/v1/jobs/none", get, sound],
  ["GET /v1/jobs/{id} 500", `/v1/jobs/${ID}`, get, broken],
  ["GET /v1/jobs/{id} 503", `/v1/jobs/${ID}`, get, full],
  ["GET /v1/jobs/{id} 304", `/v1/jobs/${ID}`, { headers: { "if-none-match": "*" } }, sound],
  ["POST /v1/jobs/{id}/cancel 202", `/v1/jobs/${WAITING_ID}/cancel`, post({}), sound],
  ["POST /v1/jobs/{id}/cancel 404", "/v1/jobs/none/cancel", post({}), sound],
  ["POST /v1/jobs/{id}/cancel 409", `/v1/jobs/${ID}/cancel`, post({}), sound],
  ["POST /v1/jobs/{id}/cancel 500", `/v1/jobs/${ID}/cancel`, post({}), broken],
  ["POST /v1/jobs/{id}/cancel 503", `/v1/jobs/${ID}/cancel`, post({}), full],
];
