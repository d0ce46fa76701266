import { describe, expect, it } from "vitest";
import { BACKFILL_CASES } from "./contract/backfill-cases.ts";
import { broken, EMPTY_ID, FILES, full, ID, PACKED_ID, sound, WAITING_ID } from "./contract/contract-case.ts";
import { DOWNLOAD_CASES } from "./contract/download-cases.ts";
import { FILE_CASES } from "./contract/file-cases.ts";
import { JOB_CASES } from "./contract/job-cases.ts";
import { SERVICE_CASES } from "./contract/service-cases.ts";
import { withTooManyRequests } from "./contract/too-many-requests.ts";
import { UPLOAD_CASES } from "./contract/upload-cases.ts";
import {
  type ApiDocument,
  checkResponse,
  checkValue,
  operationsOf,
  promisedAnswers,
  requestExamples,
} from "./document.ts";
import { routesOf } from "./routes-of.ts";
import { addFinishedJob, addJob, createTestService } from "./test-service.ts";

const GIVEN = [...UPLOAD_CASES, ...JOB_CASES, ...FILE_CASES, ...DOWNLOAD_CASES, ...BACKFILL_CASES, ...SERVICE_CASES];
const CASES = [...GIVEN, ...withTooManyRequests(GIVEN)];

/** For people who look, and the document itself. */
const UNDESCRIBED = new Set(["GET /", "GET /v1/openapi.json"]);

describe("the API and its OpenAPI document", () => {
  it.each(CASES)("agree on %s", async (answer, url, init, override) => {
    await using service = await createTestService(override);
    if (override !== broken && override !== full) {
      await addFinishedJob(service, ID, FILES);
      await addFinishedJob(service, PACKED_ID, { "archive.zip": "PK" }, { pack: "zip" });
      await addFinishedJob(service, EMPTY_ID, {});
      await addJob(service, { id: WAITING_ID });
    }
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

  it("have the same operations", async () => {
    await using service = await createTestService(sound);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    expect(operationsOf(document).sort()).toEqual(
      routesOf(service.app)
        .filter((route) => !UNDESCRIBED.has(route))
        .sort(),
    );
  });

  it("agree on what is an example of a request", async () => {
    await using service = await createTestService(sound);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const examples = requestExamples(document);
    expect(examples.length).toBeGreaterThan(1);
    for (const { operation, schema, example } of examples) {
      expect([operation, checkValue(document, schema, example)]).toEqual([operation, []]);
    }
  });

  it("would be found to differ when an answer lacks a header that the document promises", async () => {
    await using service = await createTestService(sound);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const answer = await (await createTestService(full)).app.request("/v1/jobs");
    const check = (headers: Headers) =>
      checkResponse(document, ["GET", "/v1/jobs"], new Response(answer.clone().body, { status: 503, headers }));
    expect(await check(answer.headers)).toEqual([]);
    const headers = new Headers(answer.headers);
    headers.set("retry-after", "soon");
    expect(await check(headers)).toHaveLength(1);
    headers.delete("retry-after");
    expect(await check(headers)).toHaveLength(1);
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
