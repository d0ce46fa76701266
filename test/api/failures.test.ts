import { describe, expect, it } from "vitest";
import type { ApiDeps } from "../../functions/api/api-deps.ts";
import { StoreError } from "../../shared/errors.ts";
import { ID, sound } from "./contract/contract-case.ts";
import { CONTRACT_CASES } from "./contract/contract-service.ts";
import { routesOf } from "./routes-of.ts";
import { createTestService } from "./test-service.ts";

/** Stands in every message, name and detail of what goes wrong; nobody may read it. */
const CANARY = "canary-4711";

/** Faults as libraries and stores throw them. */
const FAULTS: Readonly<Record<string, () => Error>> = {
  "a bug": () => Object.assign(new TypeError(CANARY), { path: CANARY }),
  "an error of the system": () => Object.assign(new Error(CANARY), { code: "EIO", path: `/data/${CANARY}` }),
  "a store that cannot be read": () =>
    new StoreError("stores/read-failed", CANARY, { cause: new Error(CANARY), details: { key: CANARY } }),
  "a store that denies access": () => new StoreError("stores/access-denied", CANARY, { details: { key: CANARY } }),
};

/** Answers that need no store. */
const ALWAYS = new Set(["GET /docs", "GET /healthz", "GET /v1/openapi.json", "GET /v1/problems/{room}/{slug}"]);

/** Pages for people, which are not in the document, and their buttons. */
const PAGES = ["GET /", "GET /jobs/{id}", "POST /jobs/{id}/cancel", "POST /jobs/{id}/delete", "POST /jobs/{id}/retry"];

/** A successful request of each operation. */
const REQUESTS = [
  ...new Map(
    CONTRACT_CASES.filter(([answer]) => /[23]\d\d$/.test(answer)).map(([answer, url, init]) => [
      answer.split(" ").slice(0, 2).join(" "),
      { url, init },
    ]),
  ).entries(),
  ...PAGES.map((page) => {
    const [method = "", path = ""] = page.split(" ");
    return [page, { url: path.replace("{id}", ID), init: { method } }] as const;
  }),
].filter(([operation]) => !ALWAYS.has(operation));

/** The same dependencies, but every store fails at everything. */
function failing(make: () => Error): Partial<ApiDeps> {
  const thrower = () => {
    throw make();
  };
  const broken = new Proxy({}, { get: () => thrower }) as never;
  return { jobs: broken, sources: broken, results: broken, notes: broken, uploads: broken, backfills: broken };
}

describe.each(Object.entries(FAULTS))("%s", (_, make) => {
  it.each(REQUESTS)("is not told by %s, nor logged", async (operation, { url, init }) => {
    await using service = await createTestService((deps) => ({ ...sound(deps), ...failing(make) }));
    const response = await service.app.request(url, init);
    const text = `${[...response.headers].join()} ${await response.clone().text()} ${service.logged.join()}`;
    expect(response.status).toBeGreaterThanOrEqual(400);
    const type = PAGES.includes(operation)
      ? /^(?:application\/problem\+json|text\/html)/
      : /^application\/problem\+json$/;
    expect(response.headers.get("content-type")).toMatch(type);
    expect(text).not.toContain(CANARY);
  });
});

describe("the faults", () => {
  it("are tried on every route that can meet them", async () => {
    await using service = await createTestService(sound);
    expect(routesOf(service.app).sort()).toEqual([...REQUESTS.map(([operation]) => operation), ...ALWAYS].sort());
  });
});
