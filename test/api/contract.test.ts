import { describe, expect, it } from "vitest";
import type { ApiDeps, Backfills } from "../../functions/api/api-deps.ts";
import { StoreError } from "../../shared/errors.ts";
import { type ApiDocument, checkResponse, promisedAnswers } from "./document.ts";
import { addFinishedJob, createTestService } from "./test-service.ts";

const ID = "0199b5a0-0000-7000-8000-000000000001";
const FILES = { "mail/000001-a.eml": "Subject: a\r\n\r\n", "report.json": "{}" };

/** One backfill that is under way, of nobody in particular. */
const RUNNING = { status: "running", objects: null, createdAt: "2026-01-02T03:04:05.678Z", finishedAt: null } as const;
const BACKFILLS: Backfills = {
  start: async (id, _owner, request) => ({ ...RUNNING, id, request }),
  get: async (id) =>
    id === ID ? { ...RUNNING, id, request: { prefix: "inbox/", toleratedFailurePercentage: 0 } } : null,
};

type Override = (deps: ApiDeps) => Partial<ApiDeps>;
const sound: Override = () => ({ backfills: BACKFILLS });
/** Stores that fail as a full disk fails, and as a bug fails. */
const full = ({ sources }: ApiDeps) => failing(sources, new StoreError("stores/write-failed"));
const broken = ({ sources }: ApiDeps) => failing(sources, new TypeError("secret cause"));

/** Homes whose platform bounds what one request brings and one answer takes. */
const bounded: Override = () => ({
  backfills: BACKFILLS,
  bodyLimit: { maxBytes: 3, instead: "Put it into the bucket." },
});
const linked: Override = () => ({
  backfills: BACKFILLS,
  linkTo: async ({ key }) => `https://results.example/${key}?signed`,
});

function failing(sources: ApiDeps["sources"], error: Error): Partial<ApiDeps> {
  const fail = () => Promise.reject(error);
  return {
    jobs: { create: fail, get: fail, update: fail, list: fail, delete: fail },
    sources: { ...sources, write: fail },
    backfills: { start: fail, get: fail },
  };
}

const post = (body: object) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const upload = (headers: Record<string, string> = {}, body: string | undefined = "HU01") => ({
  method: "POST",
  headers,
  body,
});
const get = { method: "GET" };

/** One request for each answer that the document promises. */
const CASES: readonly (readonly [answer: string, url: string, init: RequestInit, override: Override])[] = [
  ["POST /v1/jobs 202", "/v1/jobs?filename=a.hu01&carve=true", upload(), sound],
  ["POST /v1/jobs 400", "/v1/jobs", upload({}, ""), sound],
  ["POST /v1/jobs 413", "/v1/jobs", upload(), bounded],
  ["POST /v1/jobs 415", "/v1/jobs", upload({ "content-type": "multipart/form-data; boundary=x" }), sound],
  ["POST /v1/jobs 500", "/v1/jobs", upload(), broken],
  ["POST /v1/jobs 503", "/v1/jobs", upload(), full],
  ["GET /v1/jobs 200", "/v1/jobs?status=succeeded&limit=1", get, sound],
  ["GET /v1/jobs 400", "/v1/jobs?limit=1001&status=done&colour=red", get, sound],
  ["GET /v1/jobs 500", "/v1/jobs", get, broken],
  ["GET /v1/jobs 503", "/v1/jobs", get, full],
  ["GET /v1/jobs/{id} 200", `/v1/jobs/${ID}`, get, sound],
  ["GET /v1/jobs/{id} 404", "/v1/jobs/none", get, sound],
  ["GET /v1/jobs/{id} 500", `/v1/jobs/${ID}`, get, broken],
  ["GET /v1/jobs/{id} 503", `/v1/jobs/${ID}`, get, full],
  ["GET /v1/jobs/{id}/files 200", `/v1/jobs/${ID}/files?limit=1`, get, sound],
  ["GET /v1/jobs/{id}/files 400", `/v1/jobs/${ID}/files?cursor=%21`, get, sound],
  ["GET /v1/jobs/{id}/files 404", "/v1/jobs/none/files", get, sound],
  ["GET /v1/jobs/{id}/files 500", `/v1/jobs/${ID}/files`, get, broken],
  ["GET /v1/jobs/{id}/files 503", `/v1/jobs/${ID}/files`, get, full],
  ["GET /v1/jobs/{id}/files/{path} 200", `/v1/jobs/${ID}/files/mail/000001-a.eml`, get, sound],
  ["GET /v1/jobs/{id}/files/{path} 302", `/v1/jobs/${ID}/files/report.json`, get, linked],
  [
    "GET /v1/jobs/{id}/files/{path} 304",
    `/v1/jobs/${ID}/files/report.json`,
    { headers: { "if-none-match": "*" } },
    sound,
  ],
  ["GET /v1/jobs/{id}/files/{path} 404", `/v1/jobs/${ID}/files/none.eml`, get, sound],
  ["GET /v1/jobs/{id}/files/{path} 500", `/v1/jobs/${ID}/files/report.json`, get, broken],
  ["GET /v1/jobs/{id}/files/{path} 503", `/v1/jobs/${ID}/files/report.json`, get, full],
  ["POST /v1/backfills 202", "/v1/backfills", post({ prefix: "", suffix: ".hu01", maxBytes: 9 }), sound],
  ["POST /v1/backfills 400", "/v1/backfills", post({ prefix: 1, colour: "red" }), sound],
  ["POST /v1/backfills 500", "/v1/backfills", post({}), broken],
  ["POST /v1/backfills 503", "/v1/backfills", post({}), full],
  ["GET /v1/backfills/{id} 200", `/v1/backfills/${ID}`, get, sound],
  ["GET /v1/backfills/{id} 400", "/v1/backfills/none", get, sound],
  ["GET /v1/backfills/{id} 404", "/v1/backfills/0199b5a0-0000-7000-8000-000000000002", get, sound],
  ["GET /v1/backfills/{id} 500", `/v1/backfills/${ID}`, get, broken],
  ["GET /v1/backfills/{id} 503", `/v1/backfills/${ID}`, get, full],
  ["GET /healthz 200", "/healthz", get, sound],
  ["GET /v1/problems/{room}/{slug} 200", "/v1/problems/jobs/not-found", get, sound],
  ["GET /v1/problems/{room}/{slug} 404", "/v1/problems/jobs/none", get, sound],
];

describe("the API and its OpenAPI document", () => {
  it.each(CASES)("agree on %s", async (answer, url, init, override) => {
    await using service = await createTestService(override);
    if (override !== broken && override !== full) await addFinishedJob(service, ID, FILES);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const response = await service.app.request(url, init);
    const [method = "", path = "", status] = answer.split(" ");
    expect(response.status, await response.clone().text()).toBe(Number(status));
    expect(await checkResponse(document, [method, path], response)).toEqual([]);
  });

  it("leave no promised answer untried", async () => {
    await using service = await createTestService(sound);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    expect(CASES.map(([answer]) => answer).sort()).toEqual(promisedAnswers(document).sort());
  });

  it("would be found to differ when an answer has a property that the document does not know", async () => {
    await using service = await createTestService();
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const headers = { "content-type": "application/json" };
    const answer = (body: object) => new Response(JSON.stringify(body), { headers });
    const check = (body: object) => checkResponse(document, ["GET", "/healthz"], answer(body));
    expect(await check({ status: "ok", version: "1" })).toEqual([]);
    expect(await check({ status: "ok", version: "1", lease: null })).toHaveLength(1);
    expect(await check({ status: "ok" })).toHaveLength(1);
  });
});
