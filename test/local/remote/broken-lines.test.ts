import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import type { NetworkFault, SeenRequest } from "../../support/fault-proxy.ts";
import { NO_FAULT } from "../../support/fault-proxy.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { breakLine, makePlace, useServe } from "./remote-place.ts";

const serve = useServe();
const MESSAGE = makeMessage({ seed: 1, subject: "Tea", textBytes: 300_000 });
const ARCHIVE = makeArchive(MESSAGE, { blockBytes: 65_536 });

const isUpload = ({ method }: SeenRequest) => method === "PUT";
const isFile = ({ url }: SeenRequest) => url.includes("/files/");
const isList = ({ url }: SeenRequest) => /\/files(\?|$)/.test(url);
const problem = (status: number, code: string, headers: Record<string, string> = {}): NetworkFault => {
  const body = { type: `/v1/problems/${code}`, title: "t", status, detail: "Later.", instance: "urn:uuid:0", code };
  return { kind: "answer", answer: { status, headers, body: JSON.stringify(body) } };
};

/** Fails the first so many requests of a kind. */
function first(count: number, isMeant: (request: SeenRequest) => boolean, fault: NetworkFault) {
  let left = count;
  return (request: SeenRequest) => {
    if (!isMeant(request) || left === 0) return NO_FAULT;
    left -= 1;
    return fault;
  };
}

/** Converts a file here, and over such a line there. */
async function convertOver(name: string, plan: (request: SeenRequest) => NetworkFault, content: Uint8Array = ARCHIVE) {
  const [here, there] = [await makePlace({ [name]: content }), await makePlace({ [name]: content })];
  const line = await breakLine(serve.url, plan);
  const end = await there.run("convert", name, "--out", "out", "--remote", line.endpoint);
  return {
    ...end,
    there,
    line,
    expectSameResult: async () => {
      expect(await here.run("convert", name, "--out", "out")).toEqual(end);
      expect(await there.files("out")).toEqual(await here.files("out"));
      expect(await serve.jobs(name)).toMatchObject([{ status: "succeeded" }]);
    },
  };
}

describe("hu01 convert --remote over a line that breaks", () => {
  it.each([
    ["refuses uploads", "a1.hu01", first(2, isUpload, { kind: "refuse" })],
    ["loses the answer to an upload", "a2.hu01", first(1, isUpload, { kind: "lose" })],
    ["loses the answer that names the job", "a3.hu01", first(1, ({ method }) => method === "POST", { kind: "lose" })],
    ["breaks in every file", "a4.hu01", first(3, isFile, { kind: "break", afterBytes: 50_000 })],
    ["breaks before the first byte of a file", "a5.hu01", first(2, isFile, { kind: "break", afterBytes: 0 })],
    ["loses a list of files", "a6.hu01", first(1, isList, { kind: "lose" })],
    ["breaks the events", "a7.hu01", first(1, ({ url }) => url.endsWith("/events"), { kind: "break", afterBytes: 30 })],
    [
      "is too much for the service",
      "a8.hu01",
      first(3, () => true, problem(429, "api/too-many", { "retry-after": "0" })),
    ],
    ["leads to a service that is down", "a9.hu01", first(2, isFile, problem(503, "stores/read-failed"))],
  ])("ends well when it %s", async (_what, name, plan) => {
    const { expectSameResult } = await convertOver(name, plan);
    await expectSameResult();
  });

  it("goes on with a file behind its last byte instead of fetching it again", async () => {
    const { line, expectSameResult } = await convertOver(
      "b1.hu01",
      first(2, ({ url }) => url.includes(".eml"), { kind: "break", afterBytes: 60_000 }),
    );
    await expectSameResult();
    const ranges = line.seen.filter(({ url }) => url.includes(".eml")).map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    for (const range of ranges.slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it("sends a large file in parts, and only those again that were lost", async () => {
    const lines = (seed: number) => `${seed} ${randomBytes(30).toString("hex")}\r\n`.repeat(16_000);
    const letter = Buffer.from(
      `From: a@example.org\r\nSubject: Large\r\n\r\n${Array.from({ length: 105 }, (_, seed) => lines(seed)).join("")}`,
    );
    let lost = 0;
    const { line, expectSameResult } = await convertOver(
      "c1.eml",
      (request) => (isUpload(request) && request.index % 3 === 0 && lost++ < 2 ? { kind: "lose" } : NO_FAULT),
      letter,
    );
    await expectSameResult();
    const parts = line.seen.filter(isUpload).map(({ url }) => new URL(url, serve.url).searchParams.get("part"));
    expect(new Set(parts).size).toBe(Math.ceil(letter.length / 16 / 2 ** 20));
    expect(parts.length).toBe(new Set(parts).size + Math.min(lost, 2));
  });

  it("says so when nothing goes through, gives the job up and leaves nothing behind", async () => {
    const { exitCode, stdout, stderr, there } = await convertOver("d1.hu01", (request) =>
      isUpload(request) ? { kind: "refuse" } : NO_FAULT,
    );
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr).toMatch(/^hu01: d1\.hu01: The connection to the service failed: \w+ \(cli\/remote-unreachable\)\n/);
    expect(await there.entries()).toEqual(["d1.hu01"]);
    expect(await serve.jobs("d1.hu01")).toMatchObject([{ status: "canceled" }]);
  });
});

describe("hu01 convert --remote with a service that is not to be trusted", () => {
  const list = (path: string): NetworkFault => {
    const files = [{ path, kind: "mail", size: 4, mediaType: "message/rfc822", url: "/healthz" }];
    return { kind: "answer", answer: { status: 200, body: JSON.stringify({ files, nextCursor: null }) } };
  };

  it.each(["../../evil.eml", "/evil.eml", "mail/../../evil.eml", "mail\\..\\evil.eml", "a\0.eml", "C:evil.eml", ""])(
    "writes nothing under the path %j",
    async (path) => {
      const place = await makePlace({ "e.hu01": ARCHIVE });
      const line = await breakLine(serve.url, (request) => (isList(request) ? list(path) : NO_FAULT));
      const { exitCode, stderr } = await place.run("convert", "e.hu01", "--out", "in/out", "--remote", line.endpoint);
      expect([exitCode, stderr.includes("(cli/path-unsafe)")]).toEqual([2, true]);
      expect((await place.entries()).filter((entry) => entry !== "in")).toEqual(["e.hu01"]);
    },
  );

  it.each([
    ["as long as it should be", MESSAGE.length],
    ["longer", MESSAGE.length + 1],
  ])("keeps no result with a file that is another, %s", async (_what, size) => {
    const body = concatBytes([MESSAGE.subarray(0, MESSAGE.length - 1), Buffer.alloc(size - MESSAGE.length + 1, "!")]);
    const answer = { status: 200, body: Buffer.from(body).toString() };
    const { exitCode, stderr, there } = await convertOver("f.hu01", (request) =>
      request.url.includes(".eml") ? { kind: "answer", answer } : NO_FAULT,
    );
    expect([exitCode, stderr.includes("(cli/download-mismatch)")]).toEqual([2, true]);
    expect(await there.entries()).toEqual(["f.hu01"]);
  });
});
