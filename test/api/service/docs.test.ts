import { createHash } from "node:crypto";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { ApiDocument } from "../../../functions/api/service/api-document.ts";
import { curlExamples } from "../../../functions/api/service/curl-example.ts";
import { sound } from "../contract/contract-case.ts";
import { createTestService } from "../test-service.ts";

async function readDocs() {
  await using service = await createTestService(sound);
  const response = await service.app.request("/docs");
  const document = (await (await service.app.request("/v1/openapi.json")).json()) as ApiDocument;
  return { response, page: await response.text(), document };
}

/** Every element of the page, in order. As XML, but for the elements that HTML never closes. */
function elementsOf(page: string): { name: string; attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => elements.push({ name, attributes }));
  const xml = page.replace("<!doctype html>", "").replaceAll(/<(meta|br)\b([^>]*)>/g, "<$1$2/>");
  parser.write(xml.replace(/<style>.*<\/style>/s, "")).close();
  return elements;
}

describe("the page of the API", () => {
  it("has every operation, schema and code of the document", async () => {
    const { page, document } = await readDocs();
    const ids = new Set(elementsOf(page).flatMap(({ attributes: { id } }) => id ?? []));
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    for (const { operationId = "none" } of operations) expect(ids).toContain(operationId);
    for (const name of Object.keys(document.components.schemas)) expect(ids).toContain(`schema-${name}`);
    for (const name of Object.keys(document.components.examples))
      expect(ids).toContain(`problem-${name.replace(".", "-")}`);
    expect(page).toContain("Idempotency-Key");
    expect(page).toContain("progress.blocks.ok");
  });

  it("is well-formed, and no link in it leads nowhere", async () => {
    const elements = elementsOf((await readDocs()).page);
    const ids = elements.flatMap(({ attributes: { id } }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = elements.flatMap(({ attributes: { href } }) => href ?? []);
    for (const link of links.filter((href) => href.startsWith("#"))) expect(ids).toContain(link.slice(1));
    for (const link of links.filter((href) => !href.startsWith("#"))) {
      expect(link).toMatch(/^\/v1\/(openapi\.json|problems\/[a-z]+\/[a-z-]+)$/);
    }
  });

  it("can be read without seeing it: language, headings in steps, heads of tables", async () => {
    const elements = elementsOf((await readDocs()).page);
    expect(elements[0]).toMatchObject({ name: "html", attributes: { lang: "en" } });
    const levels = elements.flatMap(({ name }) => (/^h\d$/.test(name) ? Number(name[1]) : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThan(2);
    for (const { name, attributes } of elements) if (name === "th") expect(attributes.scope).toMatch(/^(row|col)$/);
    const count = (wanted: string) => elements.filter(({ name }) => name === wanted).length;
    expect(count("caption")).toBe(count("table"));
    expect(elements.filter(({ name }) => name === "nav" || name === "main")).toHaveLength(2);
  });

  it("loads nothing from anywhere, and could not", async () => {
    const { response, page } = await readDocs();
    const style = /<style>(.*)<\/style>/s.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(response.headers.get("content-security-policy")?.split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page).not.toMatch(/<script|<img|<link|\ssrc=|\sstyle=|\son\w+=|@import|url\(/);
  });

  it("shows a hostile Host header as text", async () => {
    await using service = await createTestService(sound);
    const page = await (await service.app.request("http://a'b.example/docs")).text();
    expect(page).toContain("a&#39;\\&#39;&#39;b.example");
  });
});

describe("an example for the shell", () => {
  const example = (method: string, path: string, operation: object) =>
    curlExamples({ method, path, operation: { responses: {}, ...operation } }, "https://h");

  it.each([
    ["GET", "/v1/jobs", {}, [`curl -H "Authorization: Bearer $HU01_TOKEN" 'https://h/v1/jobs'`]],
    ["GET", "/healthz", { security: [] }, ["curl 'https://h/healthz'"]],
    ["DELETE", "/v1/jobs/{id}", { security: [] }, ["curl -X DELETE 'https://h/v1/jobs/ID'"]],
    [
      "GET",
      "/v1/jobs/{id}/files/{path}",
      { security: [] },
      ["curl -OJ 'https://h/v1/jobs/ID/files/mail/000001-a.eml'"],
    ],
    [
      "POST",
      "/v1/jobs",
      { security: [], requestBody: { content: { "*/*": {}, "application/json": { example: { a: "it's" } } } } },
      [
        "curl --data-binary @mail.hu01 'https://h/v1/jobs'",
        `curl -H 'Content-Type: application/json' -d '{"a":"it'\\''s"}' 'https://h/v1/jobs'`,
      ],
    ],
    [
      "PUT",
      "/a",
      { security: [], parameters: [{ name: "signature", in: "query", required: true }] },
      ["curl -X PUT 'https://h/a?signature=SIGNATURE'"],
    ],
  ])("calls %s %s", (method, path, operation, commands) => expect(example(method, path, operation)).toEqual(commands));
});
