import { ArchiveError, ERRORS, type ErrorCode } from "../../../shared/errors.ts";
import { PROBLEM_STATUS } from "../problem-status.ts";
import type { Problem, RequestFault } from "./problem-contract.ts";

/** Media type of RFC 9457 §3. */
export const PROBLEM_MEDIA_TYPE = "application/problem+json";

/** What is known of one failed request. */
export interface ProblemFacts {
  readonly code: ErrorCode;
  /** One sentence about this occurrence; the meaning of the code when absent. */
  readonly message?: string;
  /** Names this occurrence, as a URI; the log names it too. */
  readonly instance: string;
  readonly errors?: readonly RequestFault[];
}

/** The problem details (RFC 9457) of a failed request. */
export function createProblem({ code, message, instance, errors }: ProblemFacts): Problem {
  const { meaning, remedy } = ERRORS[code];
  return {
    type: `/v1/problems/${code}`,
    title: meaning,
    status: PROBLEM_STATUS[code],
    detail: `${message ?? meaning} ${remedy}`,
    instance,
    code,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

/**
 * The problem of whatever a route threw. From 500 on it says what the code means and nothing of its cause;
 * anything that is not an error of this project is `api/internal`.
 */
export function problemOf(error: unknown, instance: string): Problem {
  if (!(error instanceof ArchiveError)) return createProblem({ code: "api/internal", instance });
  if (PROBLEM_STATUS[error.code] === 500) return createProblem({ code: "api/internal", instance });
  if (PROBLEM_STATUS[error.code] > 500) return createProblem({ code: error.code, instance });
  return createProblem({ code: error.code, message: error.message, instance });
}

/** Seconds after which to try again, where nothing tells it better. */
const RETRY_SECONDS: Readonly<Record<number, string>> = { 429: "5", 503: "5" };

/** The response that carries a problem. A 429 and a 503 name the seconds after which to try again. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const seconds = RETRY_SECONDS[problem.status];
  const retry = seconds === undefined ? {} : { "retry-after": seconds };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": PROBLEM_MEDIA_TYPE, "cache-control": "no-store", ...retry, ...headers },
  });
}
