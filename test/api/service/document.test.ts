import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import type { ApiDocument, Operation } from "../../../functions/api/service/api-document.ts";
import { OPERATION_NAMES } from "../../../functions/api/service/operation-names.ts";
import { sound } from "../contract/contract-case.ts";
import { CONTRACT_CASES, startContractService } from "../contract/contract-service.ts";
import { type ApiDocument as CheckedDocument, checkValue, promisedAnswers } from "../document.ts";
import { createTestService } from "../test-service.ts";

const PROBLEM = "application/problem+json";

async function readDocument(): Promise<ApiDocument> {
  await using service = await createTestService(sound);
  return (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
}

function operationsOf({ paths }: ApiDocument): [name: string, operation: Operation][] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

describe("the OpenAPI document", () => {
  it("names and groups every operation, and no other", async () => {
    const document = await readDocument();
    const operations = operationsOf(document);
    expect(operations.map(([name]) => name).sort()).toEqual(Object.keys(OPERATION_NAMES).sort());
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
    const groups = new Set(operations.flatMap(([, { tags = [] }]) => tags));
    expect([...groups].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  it("is one, by the rules of OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate({ ...(await readDocument()) });
    expect([valid, errors ?? []]).toEqual([true, []]);
  });

  it("says where the service is and how to be let in", async () => {
    const document = await readDocument();
    const { openapi, security, servers } = document as ApiDocument & Record<string, unknown>;
    expect(openapi).toBe("3.1.0");
    expect(servers).toEqual([{ url: "/", description: expect.any(String) }]);
    expect(security).toEqual([{}, { token: [] }, { jwt: [] }, { sigV4: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(["token", "jwt", "sigV4"]);
    const open = operationsOf(document).filter(([, { responses }]) => responses["401"] === undefined);
    for (const [name, { security: own }] of open) expect([name, own]).toEqual([name, []]);
  });

  it("has an example for each problem that it promises, which is one", async () => {
    const document = await readDocument();
    const { examples } = document.components;
    for (const [name, { responses }] of operationsOf(document)) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const problem = content[PROBLEM];
        if (problem === undefined) continue;
        const references = Object.values(problem.examples ?? {}).map(({ $ref }) => $ref.split("/").at(-1) ?? "");
        expect([name, status, references.length > 0]).toEqual([name, status, true]);
        for (const reference of references) {
          expect(examples[reference]?.value).toMatchObject({
            status: Number(status),
            code: reference.replace(".", "/"),
          });
        }
      }
    }
    for (const { value } of Object.values(examples)) {
      expect(
        checkValue(document as unknown as CheckedDocument, { $ref: "#/components/schemas/Problem" }, value),
      ).toEqual([]);
    }
  });

  it("refers to nothing that it does not have", async () => {
    const document = await readDocument();
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    const components = document.components as unknown as Record<string, Record<string, unknown>>;
    for (const [, kind = "", name = ""] of references) expect(components[kind]?.[name]).toBeDefined();
    expect(text.match(/"\$ref":"/g)).toHaveLength(references.length);
  });

  it.each(CONTRACT_CASES.filter(([answer]) => / [45]\d\d$/.test(answer)))("knows the code of %s", async (...given) => {
    const [answer, url, init, override] = given;
    await using service = await startContractService(override);
    const document = await readDocument();
    const [method = "", path = "", status = ""] = answer.split(" ");
    const { code } = (await (await service.app.request(url, init)).json()) as { code: string };
    const promised = document.paths[path]?.[method.toLowerCase()]?.responses[status]?.content?.[PROBLEM];
    expect(Object.keys(promised?.examples ?? {})).toContain(code);
  });

  it("is the same at every request", async () => {
    await using service = await createTestService(sound);
    const [first, second] = [
      await service.app.request("/v1/openapi.json"),
      await service.app.request("/v1/openapi.json"),
    ];
    expect(await second.text()).toBe(await first.text());
    expect(promisedAnswers((await readDocument()) as unknown as CheckedDocument).length).toBeGreaterThan(150);
  });
});
