import { type ContractCase, get, sound } from "./contract-case.ts";

/** One request for each answer that the document promises. */
export const SERVICE_CASES: readonly ContractCase[] = [
  ["GET /healthz 200", "/healthz", get, sound],
  ["GET /v1/problems/{room}/{slug} 200", "/v1/problems/jobs/not-found", get, sound],
  ["GET /v1/problems/{room}/{slug} 404", "/v1/problems/jobs/none", get, sound],
];
