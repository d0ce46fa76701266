import { PROBLEM_MEDIA_TYPE } from "./problem.ts";
import { problemSchema } from "./problem-contract.ts";

/** Headers of a response as OpenAPI 3.1 describes them. */
type ResponseHeaders = Record<string, { description: string; required?: boolean; schema: object }>;

/** Headers that an answer always has, or has where the home counts requests. */
const retryAfter = {
  "Retry-After": { description: "Seconds.", required: true, schema: { type: "integer", minimum: 1 } },
} as const;
const rateLimit = {
  "RateLimit-Policy": {
    description: "How many requests an owner has (q) in so many seconds (w), where they are counted.",
    schema: { type: "string", pattern: '^"owner";q=\\d+;w=\\d+$' },
  },
  RateLimit: {
    description: "How many of them are left (r), and in how many seconds all are back (t).",
    schema: { type: "string", pattern: '^"owner";r=\\d+;t=\\d+$' },
  },
} as const;

const problem = (description: string, headers: ResponseHeaders = {}) => ({
  description,
  headers,
  content: { [PROBLEM_MEDIA_TYPE]: { schema: problemSchema } },
});

/** What every operation may answer when it is asked too often or the service fails: parts of a route's `responses`. */
export const serverProblems = {
  429: problem("This owner asks too often, or has too many jobs; try again after Retry-After seconds.", {
    ...retryAfter,
    ...rateLimit,
  }),
  500: problem("The service failed in an unforeseen way."),
  503: problem("A store failed; try again after Retry-After seconds.", retryAfter),
} as const;

/** The problems that a route names itself. */
export const badRequest = problem("The request does not have the form described here; see errors.");
export const notFound = problem("There is nothing at this address.");
export const payloadTooLarge = problem("The body is larger than the service takes; detail says what to do instead.");
export const unsupportedMediaType = problem("The body comes in a form that the service does not take.");
export const conflict = problem("The state of the job, or another change at the same time, does not allow that.");
export const rangeNotSatisfiable = problem("The range begins behind the end of the file.");
export const streamUnavailable = problem("The platform cannot send events while they happen; poll the job instead.");
export const forbidden = problem("The link is not one that this service gave, or its time is over.");
export const alreadyUploaded = problem("The file has been uploaded already.");
export const unprocessable = problem(
  "The bytes are not what was announced, or the Idempotency-Key was used for another request.",
);
export const adminOnly = problem("Only an administrator of the service may do that.");
