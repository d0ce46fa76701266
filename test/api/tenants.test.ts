import { describe, expect, it } from "vitest";
import { type ContractCase, ID, sound } from "./contract/contract-case.ts";
import { CONTRACT_CASES, startContractService } from "./contract/contract-service.ts";
import { type ApiDocument, operationsOf } from "./document.ts";
import { routesOf } from "./routes-of.ts";
import type { TestService } from "./test-service.ts";

/** Who owns the jobs, who does not, and who sees all. */
const OWNER = "local";
const STRANGERS = ["berta", "carl"];
const ADMIN = "root";

const asTenants = () => ({
  principalOf: (bindings: unknown) => {
    const owner = typeof bindings === "string" ? bindings : OWNER;
    return { owner, isAdmin: owner === ADMIN };
  },
});

/** Every request that succeeds and is about one job: a route that is forgotten here breaks the contract's own test. */
const ABOUT_A_JOB = CONTRACT_CASES.filter(([answer]) => / \/v1\/jobs\/\{id\}/.test(answer) && /[23]\d\d$/.test(answer));

/** What a link that the service itself has signed leads to: it asks nobody who he is. */
const SIGNED = new Set(["PUT /v1/jobs/{id}/upload"]);

/** Operations that are about no job, with the reason why nobody sees another's through them. */
const ABOUT_NO_JOB: Readonly<Record<string, string>> = {
  "GET /docs": "says nothing of anybody",
  "GET /": "lists the asker's own; see below",
  "GET /healthz": "says nothing of anybody",
  "GET /v1/openapi.json": "says nothing of anybody",
  "GET /v1/problems/{room}/{slug}": "says nothing of anybody",
  "GET /v1/jobs": "lists the asker's own; see below",
  "POST /v1/jobs": "makes a job of the asker's",
  "GET /v1/webhook-secret": "is the asker's own; see below",
  "POST /v1/backfills": "makes a backfill of the asker's",
  "GET /v1/backfills/{id}": "is the asker's own; see the tests of backfills",
};

/** Pages about one job, and their buttons. */
const PAGES = ["GET /jobs/{id}", "POST /jobs/{id}/cancel", "POST /jobs/{id}/delete", "POST /jobs/{id}/retry"];

const operationOf = ([answer]: ContractCase) => answer.split(" ").slice(0, 2).join(" ");
const ask = (service: TestService, who: string, url: string, init: RequestInit = {}) =>
  service.app.request(url, init, who as never);

describe("every route", () => {
  it("is in the matrix, or known to be about no job", async () => {
    await using service = await startContractService(sound, asTenants);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const inMatrix = [...new Set(ABOUT_A_JOB.map(operationOf)), ...Object.keys(ABOUT_NO_JOB), ...PAGES];
    const all = new Set([...routesOf(service.app), ...operationsOf(document)]);
    expect([...all].sort()).toEqual(inMatrix.sort());
  });
});

describe.each(ABOUT_A_JOB.filter((given) => !SIGNED.has(operationOf(given))))("%s", (answer, url, init, override) => {
  const status = Number(answer.slice(-3));

  it.each([OWNER, ADMIN])("is answered to %s", async (who) => {
    await using service = await startContractService(override, asTenants);
    expect((await ask(service, who, url, init)).status).toBe(status);
  });

  it.each(STRANGERS)("does not tell %s that there is such a job", async (who) => {
    await using service = await startContractService(override, asTenants);
    const before = await recordsOf(service);
    const told = await problemOf(await ask(service, who, url, init));
    expect(told).toMatchObject({ status: 404, code: "jobs/not-found" });
    const unknown = url.replace(/(?<=^\/v1\/jobs\/)[^/?]+/, "0199b5a0-0000-7000-8000-00000000dead");
    expect(await problemOf(await ask(service, who, unknown, init))).toEqual(told);
    expect(await recordsOf(service)).toEqual(before);
  });
});

describe.each(PAGES)("%s", (page) => {
  const [method = "", path = ""] = page.split(" ");
  const url = path.replace("{id}", ID);

  it.each([OWNER, ADMIN])("is there for %s", async (who) => {
    await using service = await startContractService(sound, asTenants);
    expect(await (await ask(service, who, url, { method })).text()).not.toContain("jobs/not-found");
  });

  it.each(STRANGERS)("is not there for %s", async (who) => {
    await using service = await startContractService(sound, asTenants);
    const before = await recordsOf(service);
    const told = await ask(service, who, url, { method });
    const text = await told.text();
    expect([told.status, text.includes("jobs/not-found"), text.includes("a.hu01")]).toEqual([404, true, false]);
    expect(await recordsOf(service)).toEqual(before);
  });
});

describe("a list", () => {
  it("holds the asker's own jobs only, and its cursors lead nobody else to them", async () => {
    await using service = await startContractService(sound, asTenants);
    const list = async (who: string, query: string) => (await ask(service, who, `/v1/jobs?${query}`)).json();
    const { jobs, nextCursor } = (await list(OWNER, "limit=1")) as { jobs: unknown[]; nextCursor: string };
    expect([jobs.length, typeof nextCursor]).toEqual([1, "string"]);
    for (const who of [...STRANGERS, ADMIN]) {
      expect(await list(who, "")).toEqual({ jobs: [], nextCursor: null });
      const reused = await ask(service, who, `/v1/jobs?limit=1&cursor=${nextCursor}`);
      expect(await reused.json()).toMatchObject({ status: 400, code: "api/request-invalid" });
      expect(await (await ask(service, who, "/")).text()).not.toContain(ID);
    }
    expect(await (await ask(service, OWNER, "/")).text()).toContain(ID);
  });

  it("of files gives cursors for one job only", async () => {
    await using service = await startContractService(sound, asTenants);
    const files = async (who: string, id: string, query: string) => ask(service, who, `/v1/jobs/${id}/files?${query}`);
    const { nextCursor } = (await (await files(OWNER, ID, "limit=1")).json()) as { nextCursor: string };
    expect((await files(OWNER, ID, `limit=1&cursor=${nextCursor}`)).status).toBe(200);
    for (const who of STRANGERS) {
      expect((await files(who, ID, `limit=1&cursor=${nextCursor}`)).status).toBe(404);
      const own = await uploadAs(service, who);
      expect((await files(who, own, `limit=1&cursor=${nextCursor}`)).status).toBe(400);
    }
  });
});

describe("what a caller chooses", () => {
  it("does not make him somebody else", async () => {
    await using service = await startContractService(sound, asTenants);
    const claims = {
      "x-owner": OWNER,
      authorization: `Bearer ${OWNER}`,
      "x-forwarded-user": OWNER,
      cookie: `owner=${OWNER}`,
    };
    const answer = await ask(service, "berta", `/v1/jobs/${ID}?owner=${OWNER}`, { headers: claims });
    expect(answer.status).toBe(404);
  });

  it("as his Idempotency-Key gets him nobody else's answer", async () => {
    await using service = await startContractService(sound, asTenants);
    const send = (who: string) =>
      ask(service, who, "/v1/jobs", { method: "POST", body: "HU01", headers: { "idempotency-key": "same" } });
    const idOf = async (who: string) => ((await (await send(who)).json()) as { id: string }).id;
    const ids = [await idOf(OWNER), await idOf("berta"), await idOf("carl"), await idOf(OWNER)];
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[0]);
  });
});

describe("the key of callbacks", () => {
  it("is another one for each owner, and the same each time", async () => {
    await using service = await startContractService(sound, asTenants);
    const keyOf = async (who: string) => (await ask(service, who, "/v1/webhook-secret")).text();
    const keys = await Promise.all([OWNER, ...STRANGERS, ADMIN, OWNER].map(keyOf));
    expect(new Set(keys).size).toBe(4);
    expect(keys[4]).toBe(keys[0]);
  });
});

describe("a link for an upload", () => {
  it("is good for its own job, part and time only", async () => {
    await using service = await startContractService(sound, asTenants);
    const [annas, bertas] = [await awaitAs(service, OWNER), await awaitAs(service, "berta")];
    const put = (url: string) => ask(service, "carl", url, { method: "PUT", body: "HU01" });
    const { pathname, search } = new URL(annas);
    const others = [
      `${new URL(bertas).pathname}${search}`,
      `${pathname}${new URL(bertas).search}`,
      `${pathname}${search}&part=1`,
      `${pathname}${search.replace("2026", "2036")}`,
    ];
    for (const url of others) expect([url, (await put(url)).status]).toEqual([url, 403]);
    expect((await put(pathname + search)).status).toBe(200);
    expect((await put(pathname + search)).status).toBe(412);
  });
});

async function recordsOf({ deps }: TestService): Promise<unknown> {
  return (await deps.jobs.list({ owner: OWNER, limit: 100 })).jobs;
}

async function problemOf(response: Response): Promise<unknown> {
  const { instance, ...problem } = (await response.json()) as { instance: string };
  return problem;
}

async function uploadAs(service: TestService, who: string): Promise<string> {
  const answer = await ask(service, who, "/v1/jobs", { method: "POST", body: "HU01" });
  return ((await answer.json()) as { id: string }).id;
}

async function awaitAs(service: TestService, who: string): Promise<string> {
  const answer = await ask(service, who, "/v1/jobs", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ filename: "a.hu01", size: 4 }),
  });
  return ((await answer.json()) as { upload: { url: string } }).upload.url;
}
