import { ApiError } from "../../../shared/errors.ts";
import type { ContractCase } from "./contract-case.ts";

/** What asks nobody who he is: a link of the service is its own proof. */
const OPEN = ["GET /healthz", "GET /v1/problems/{room}/{slug}", "PUT /v1/jobs/{id}/upload"];

/** For each operation one request of somebody who does not say who he is. */
export function withStrangers(cases: readonly ContractCase[]): ContractCase[] {
  const firstOf = new Map<string, ContractCase>();
  for (const given of cases) {
    const operation = given[0].split(" ").slice(0, 2).join(" ");
    if (!firstOf.has(operation) && !OPEN.includes(operation)) firstOf.set(operation, given);
  }
  return [...firstOf].map(([operation, [, url, init, override]]) => [
    `${operation} 401`,
    url,
    init,
    (deps) => ({ ...override(deps), principalOf: askWho }),
  ]);
}

function askWho(): never {
  throw new ApiError("api/unauthenticated");
}
