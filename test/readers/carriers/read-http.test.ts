import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { fetchXml, makeFetchResponse } from "../../support/make-carriers.ts";
import { collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string) => new TextEncoder().encode(content);
const itemId = "01234567-89ab-4cde-8f01-23456789abcd";
const message = makeMessage({ seed: 3, subject: "Grand Tour", textBytes: 9000 });
const body = makeFetchResponse([{ serverId: itemId, stream: makeArchive(message, { itemId }) }]);
const sync = (id: string) => syncXml(collection("Email", "5", command("Add", id, mimeData(shortMime(id)))));

/** A body in chunks of uneven size. */
function chunked(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0, step = 1; at < bytes.length; at += step, step = step * 3 + 1) {
    const chunk = bytes.subarray(at, at + step);
    parts.push(text(`${chunk.length.toString(16)}\r\n`), chunk, text("\r\n"));
  }
  return concatBytes([...parts, text("0\r\n\r\n")]);
}

const response = (headers: string, content: Uint8Array) =>
  concatBytes([text(`HTTP/1.1 200 OK\r\nServer: x\r\n${headers}\r\n`), content]);
const xml = fetchXml([{ serverId: itemId }]).replace(/<Status>1<\/Status>/g, "");
const request = text(
  `POST /DeltaSync_v2.0.0/ItemOperations.aspx HTTP/1.1\r\nContent-Length: ${xml.length}\r\n\r\n${xml}\r\n`,
);

describe("a raw HTTP capture", () => {
  it.each([
    ["in chunks", response("Transfer-Encoding: chunked\r\n", chunked(body))],
    ["saved without its chunks", response("Transfer-Encoding: chunked\r\n", body)],
    ["compressed", response("Content-Encoding: gzip\r\n", new Uint8Array(gzipSync(body)))],
    ["behind its request", concatBytes([request, response(`Content-Length: ${body.length}\r\n`, body)])],
    ["between others", concatBytes([request, response(`Content-Length: ${body.length}\r\n`, body), request])],
  ])("gives the message of a Fetch response %s", async (_how, input) => {
    const { files, manifest, report, hasErrors } = await convertAll(input);
    expect([...files.values()].map((bytes) => Buffer.compare(bytes, message))).toEqual([0]);
    expect(manifest.find(({ type }) => type === "file")).toMatchObject({ serverId: itemId, status: "1" });
    expect(report.reconciliation.archive).toEqual([input.length, input.length]);
    expect(hasErrors).toBe(false);
    expect(await convertAll(input, { chunkBytes: 7 })).toEqual(await convertAll(input));
  });

  it("never lets a message look whole when its body is cut off", async () => {
    const input = response(`Content-Length: ${message.length}\r\n`, message.subarray(0, 3000));
    const { files, report } = await convertAll(input);
    expect([...files.keys()]).toEqual([expect.stringMatching(/\.partial\.eml$/)]);
    expect(report.skips).toEqual({ "readers/carrier-damaged": 1 });
  });
});

describe("a HAR file", () => {
  const har = (contents: readonly object[]) =>
    text(JSON.stringify({ log: { version: "1.2", entries: contents.map((content) => ({ response: { content } })) } }));
  const base64 = (bytes: Uint8Array) => ({ text: Buffer.from(bytes).toString("base64"), encoding: "base64" });

  it("gives what is in the bodies of its responses, and skips the rest of them", async () => {
    const input = har([base64(body), {}, { text: sync("s1") }, { text: "<html></html>" }, base64(text(sync("s2")))]);
    const { manifest, report } = await convertAll(input);
    const files = manifest.filter(({ type }) => type === "file");
    expect(files.map(({ title, member }) => [title, member])).toEqual([
      ["Grand Tour", `entry 1 » message ${itemId}`],
      ["s1", "entry 3"],
      ["s2", "entry 5"],
    ]);
    expect(report).toMatchObject({ skips: { "readers/member-unrecognised": 1 }, carriers: { count: 2, members: 5 } });
    expect(await convertAll(input, { chunkBytes: 7 })).toEqual(await convertAll(input));
  });

  it("keeps the others when one response cannot be read as Sync XML, or as base64", async () => {
    const doctype = "<!DOCTYPE Sync><Sync/>";
    const broken = { text: "not *** base64", encoding: "base64" };
    const { report, files } = await convertAll(har([{ text: doctype }, broken, { text: sync("s1") }]));
    expect([...files.keys()].filter((path) => path.startsWith("mail/"))).toHaveLength(1);
    expect(report.skips).toMatchObject({ "readers/xml-doctype": 1, "readers/carrier-damaged": 1 });
  });

  it.each([
    ["cut off", {}, "readers/carrier-damaged"],
    ["larger than the limit", { maxHarBytes: 1000 }, "readers/carrier-too-large"],
  ])("is a skip when it is %s", async (_how, limits, code) => {
    const input = har([base64(body)]).slice(0, -3);
    const { report } = await convertAll(input, { limits });
    expect(report.skips).toEqual({ [code]: 1 });
  });
});
