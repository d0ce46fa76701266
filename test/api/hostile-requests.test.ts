import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBLEM_STATUS } from "../../functions/api/problem-status.ts";
import { ID, sound, WAITING_ID } from "./contract/contract-case.ts";
import { startContractService } from "./contract/contract-service.ts";
import { hostileBody, hostileHeaders, hostilePiece, hostileQuery } from "./hostile-values.ts";
import { routesOf } from "./routes-of.ts";
import { addFinishedJob, addJob, createTestService, type TestService } from "./test-service.ts";

const ROUTES = await listRoutes();
const RUNS = 60;
/** Where a client may make the service write: files under the id of their job, and parts of them. */
const WRITABLE = /^sources\/(?:uploads\/[0-9a-f-]{36}\/[A-Za-z0-9][A-Za-z0-9._-]*|parts\/[0-9a-f-]{36}\/\d+)$/;

let service: TestService;
let before: readonly string[];

beforeAll(async () => {
  service = await startContractService(sound);
  before = await filesOf(service);
});
afterAll(async () => await service[Symbol.asyncDispose]());

describe.each(ROUTES)("%s", (route) => {
  const [method = "", path = ""] = route.split(" ");
  const pieces = path.split("/").map((piece) => (piece.startsWith("{") ? pieceFor(piece) : fc.constant(piece)));
  const request = fc.record({
    path: fc.tuple(...pieces).map((parts) => parts.join("/")),
    query: hostileQuery,
    headers: hostileHeaders,
    body: method === "GET" || method === "DELETE" ? fc.constant(undefined) : fc.option(hostileBody, { nil: undefined }),
    isJson: fc.boolean(),
  });

  it("answers whatever comes as the document says, and writes nowhere else", async () => {
    await fc.assert(
      fc.asyncProperty(request, async ({ path: address, query, headers, body, isJson }) => {
        await restoreJobs(service);
        const init = { method, headers: isJson ? { ...headers, "content-type": "application/json" } : headers };
        const response = await service.app.request(`http://localhost${address}${query}`, {
          ...init,
          ...(body === undefined ? {} : { body }),
        } as RequestInit);
        await expectSound(response, path.startsWith("/jobs/"));
      }),
      { numRuns: RUNS },
    );
    const written = (await filesOf(service)).filter((file) => !before.includes(file));
    expect(written.filter((file) => !WRITABLE.test(file) && !file.startsWith(`results/${ID}/`))).toEqual([]);
  });
});

/** Never a fault of the service; every refusal a problem that the README lists; no header that the client made up. */
async function expectSound(response: Response, isPage: boolean): Promise<void> {
  expect(response.status).toBeLessThan(500);
  expect([...response.headers.keys()]).not.toContain("x-injected");
  for (const [name, value] of response.headers)
    expect([name, /[\p{Cc}]|[^\0-\xff]/u.test(value)]).toEqual([name, false]);
  if (response.status < 400) return void (await response.body?.cancel());
  // Pages tell of a refusal in a page.
  if (isPage && response.headers.get("content-type")?.startsWith("text/html")) return;
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as { code: keyof typeof PROBLEM_STATUS; status: number; type: string };
  expect(problem).toMatchObject({ status: PROBLEM_STATUS[problem.code], type: `/v1/problems/${problem.code}` });
  expect(response.status).toBe(problem.status);
}

function pieceFor(name: string): fc.Arbitrary<string> {
  if (name !== "{id}") return hostilePiece;
  return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(ID, WAITING_ID) }, hostilePiece);
}

/** Some routes delete and cancel. */
async function restoreJobs(place: TestService): Promise<void> {
  if ((await place.deps.jobs.get(ID)) === null) await addFinishedJob(place, ID, { "report.json": "{}" });
  if ((await place.deps.jobs.get(WAITING_ID)) === null) await addJob(place, { id: WAITING_ID });
}

async function filesOf({ folder }: TestService): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function listRoutes(): Promise<string[]> {
  await using place = await createTestService(sound);
  return routesOf(place.app);
}
