import { broken, busy, type ContractCase, full, get, ID, keyed, post, sound, used } from "./contract-case.ts";

/** One request for each answer that the document promises. */
export const BACKFILL_CASES: readonly ContractCase[] = [
  ["POST /v1/backfills 202", "/v1/backfills", post({ prefix: "", suffix: ".hu01", maxBytes: 9 }), sound],
  ["POST /v1/backfills 400", "/v1/backfills", post({ prefix: 1, colour: "red" }), sound],
  ["POST /v1/backfills 409", "/v1/backfills", keyed(post({})), busy],
  ["POST /v1/backfills 422", "/v1/backfills", keyed(post({})), used],
  ["POST /v1/backfills 500", "/v1/backfills", post({}), broken],
  ["POST /v1/backfills 503", "/v1/backfills", post({}), full],
  ["GET /v1/backfills/{id} 200", `/v1/backfills/${ID}`, get, sound],
  ["GET /v1/backfills/{id} 400", "/v1/backfills/none", get, sound],
  ["GET /v1/backfills/{id} 404", "/v1/backfills/0199b5a0-0000-7000-8000-000000000002", get, sound],
  ["GET /v1/backfills/{id} 500", `/v1/backfills/${ID}`, get, broken],
  ["GET /v1/backfills/{id} 503", `/v1/backfills/${ID}`, get, full],
];
