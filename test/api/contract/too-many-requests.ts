import type { ContractCase } from "./contract-case.ts";

/** What asks nobody who he is, and so counts nothing. */
const UNCOUNTED = ["GET /healthz", "GET /v1/problems/{room}/{slug}"];

/** For each operation one request of an owner who has asked too often already. */
export function withTooManyRequests(cases: readonly ContractCase[]): ContractCase[] {
  const firstOf = new Map<string, ContractCase>();
  for (const given of cases) {
    const operation = given[0].split(" ").slice(0, 2).join(" ");
    if (!firstOf.has(operation) && !UNCOUNTED.includes(operation)) firstOf.set(operation, given);
  }
  return [...firstOf].map(([operation, [, url, init, override]]) => [
    `${operation} 429`,
    url,
    init,
    (deps) => ({ ...override(deps), requestRate: { requests: 0, seconds: 60 } }),
  ]);
}
