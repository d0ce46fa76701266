import type { ErrorCode } from "../../../shared/errors.ts";
import { PROBLEM_STATUS } from "../problem-status.ts";

const ANY = /^/u;
const WRITING = /^(?:POST|PUT|DELETE) /u;
const CREATING = /^POST \/v1\/(?:jobs|backfills|jobs\/\{id\}\/retry)$/u;
const NEW_JOB = /^POST \/v1\/jobs(?:\/\{id\}\/retry)?$/u;
const OF_A_JOB = /^\w+ \/v1\/jobs\/\{id\}/u;
const OF_AN_UPLOAD = /^(?:POST \/v1\/jobs|\w+ \/v1\/jobs\/\{id\}\/upload)/u;
const OF_A_RESULT = /^GET \/v1\/jobs\/\{id\}\//u;

/**
 * The codes that a request can end with, and for which operations (`METHOD path`). All others are those of jobs: they
 * stand in the job.
 */
const REQUEST_CODES: Readonly<Partial<Record<ErrorCode, RegExp>>> = {
  "api/request-invalid": ANY,
  "payload/empty": OF_AN_UPLOAD,
  "api/upload-interrupted": OF_AN_UPLOAD,
  "api/unauthenticated": ANY,
  "api/admin-only": ANY,
  "api/upload-link-invalid": OF_AN_UPLOAD,
  "jobs/not-found": OF_A_JOB,
  "api/not-found": ANY,
  "api/stream-unavailable": ANY,
  "jobs/transition-invalid": OF_A_JOB,
  "jobs/not-ended": OF_A_JOB,
  "jobs/nothing-to-retry": OF_A_JOB,
  "stores/conflict": WRITING,
  "api/answer-too-large": OF_A_RESULT,
  "api/result-packed": OF_A_RESULT,
  "api/upload-incomplete": OF_AN_UPLOAD,
  "api/idempotency-running": /^POST /u,
  "api/already-uploaded": OF_AN_UPLOAD,
  "stores/record-too-large": CREATING,
  "api/payload-too-large": ANY,
  "api/media-type-unsupported": ANY,
  "api/range-not-satisfiable": ANY,
  "jobs/upload-mismatch": OF_AN_UPLOAD,
  "api/idempotency-mismatch": /^POST /u,
  "callbacks/url-refused": NEW_JOB,
  "callbacks/address-refused": NEW_JOB,
  "api/rate-limited": ANY,
  "api/too-many-jobs": CREATING,
  "api/internal": ANY,
  "stores/read-failed": ANY,
  "stores/write-failed": ANY,
};

/** The codes with which an operation can end under a status, in their order. */
export function codesOf(operation: string, status: number): readonly ErrorCode[] {
  return (Object.keys(REQUEST_CODES) as ErrorCode[]).filter(
    (code) => PROBLEM_STATUS[code] === status && REQUEST_CODES[code]?.test(operation),
  );
}
