import { describe, expect, it } from "vitest";
import { full, sound } from "./contract/contract-case.ts";
import { CONTRACT_CASES, startContractService } from "./contract/contract-service.ts";
import {
  type ApiDocument,
  checkResponse,
  checkValue,
  operationsOf,
  promisedAnswers,
  requestExamples,
} from "./document.ts";
import { routesOf } from "./routes-of.ts";
import { createTestService } from "./test-service.ts";

/** For people who look, and the document itself. */
const UNDESCRIBED = new Set([
  ...["GET /", "GET /docs", "GET /jobs/{id}", "GET /v1/openapi.json"],
  ...["cancel", "retry", "delete"].map((action) => `POST /jobs/{id}/${action}`),
]);

describe("the API and its OpenAPI document", () => {
  it.each(CONTRACT_CASES)("agree on %s", async (answer, url, init, override) => {
    await using service = await startContractService(override);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    const response = await service.app.request(url, init);
    const [method = "", path = "", status] = answer.split(" ");
    expect(response.status, await response.clone().text()).toBe(Number(status));
    expect(await checkResponse(document, [method, path], response)).toEqual([]);
  });

  it("leave no promised answer untried", async () => {
    await using service = await createTestService(sound);
    const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
    expect(CONTRACT_CASES.map(([answer]) => answer).sort()).toEqual(promisedAnswers(document).sort());
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
