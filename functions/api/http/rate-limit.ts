import type { MiddlewareHandler } from "hono";
import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiDeps, ApiEnv, RequestRate } from "../api-deps.ts";
import { createProblem, problemResponse } from "../problems/problem.ts";

/** Says nothing of anybody, and a monitor may ask as often as it likes. */
const UNCOUNTED = /^\/(?:healthz$|v1\/openapi\.json$|v1\/problems\/)/u;

/** What is known of an owner's requests after one more of them. */
interface Count {
  readonly remaining: number;
  /** Seconds until all of them are forgotten. */
  readonly resetSeconds: number;
  readonly isTooMany: boolean;
}

/**
 * Answers 429 to an owner who asks more often than the home lets him, and tells in every answer how often he still may:
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 §3, §4).
 *
 * Windows are fixed and begin with an owner's first request. The counts are this process's: where several answer for
 * one service, an owner has as many requests from each.
 */
export function limitRate({ principalOf }: Pick<ApiDeps, "principalOf">, rate: RequestRate): MiddlewareHandler<ApiEnv> {
  const limiter = new RateLimiterMemory({ points: rate.requests, duration: rate.seconds });
  return async (c, next) => {
    const owner = UNCOUNTED.test(c.req.path) ? null : ownerOf(principalOf, c.env);
    if (owner === null) return await next();
    const count = await countRequest(limiter, owner);
    const told = describeCount(rate, count);
    if (count.isTooMany) {
      const message = `This owner has sent more than ${rate.requests} requests in ${rate.seconds} seconds.`;
      const problem = createProblem({ code: "api/rate-limited", message, instance: c.get("instance") });
      return problemResponse(problem, { ...told, "retry-after": String(count.resetSeconds) });
    }
    await next();
    for (const [name, value] of Object.entries(told)) c.header(name, value);
    return undefined;
  };
}

/** Null for whoever is nobody: the route itself refuses him, if it asks who he is. */
function ownerOf(principalOf: ApiDeps["principalOf"], bindings: unknown): string | null {
  try {
    return principalOf(bindings).owner;
  } catch (error) {
    if (error instanceof ApiError && error.code === "api/unauthenticated") return null;
    throw error;
  }
}

/** The limiter rejects with the count when it is too high. */
async function countRequest(limiter: RateLimiterMemory, owner: string): Promise<Count> {
  const { isTooMany, result } = await limiter.consume(owner).then(
    (result) => ({ isTooMany: false, result }),
    (result) => ({ isTooMany: true, result }),
  );
  return {
    remaining: result.remainingPoints,
    resetSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
    isTooMany,
  };
}

function describeCount({ requests, seconds }: RequestRate, { remaining, resetSeconds }: Count) {
  return {
    "ratelimit-policy": `"owner";q=${requests};w=${seconds}`,
    ratelimit: `"owner";r=${remaining};t=${resetSeconds}`,
  };
}
