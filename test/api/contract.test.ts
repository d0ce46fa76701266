import { describe, expect, it } from "vitest";
import { BACKFILL_CASES } from "./contract/backfill-cases.ts";
import { broken, EMPTY_ID, FILES, full, ID, PACKED_ID, sound, WAITING_ID } from "./contract/contract-case.ts";
import { DOWNLOAD_CASES } from "./contract/download-cases.ts";
import { FILE_CASES } from "./contract/file-cases.ts";
import { JOB_CASES } from "./contract/job-cases.ts";
import { SERVICE_CASES } from "./contract/service-cases.ts";
import { UPLOAD_CASES } from "./contract/upload-cases.ts";
import { type ApiDocument, checkResponse, promisedAnswers } from "./document.ts";
import { addFinishedJob, addJob, createTestService } from "./test-service.ts";

const CASES = [...UPLOAD_CASES, ...JOB_CASES, ...FILE_CASES, ...DOWNLOAD_CASES, ...BACKFILL_CASES, ...SERVICE_CASES];

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
