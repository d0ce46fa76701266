import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { convertAll } from "../../support/convert-all.ts";
import { blockOffsets } from "../../support/decode-all.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { fetchXml, makeFetchResponse } from "../../support/make-carriers.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const text = (content: string) => new TextEncoder().encode(content);
const itemId = "01234567-89ab-4cde-8f01-23456789abcd";
const otherId = "11234567-89ab-4cde-8f01-23456789abcd";
const message = makeMessage({ seed: 3, subject: "Grand Tour", textBytes: 9000 });
const stream = makeArchive(message, { itemId, blockBytes: 2000 });
const http = "HTTP/1.1 200 OK\r\nContent-Type: application/xop+xml\r\nDate: Mon, 14 Mar 2011 09:00:00 GMT\r\n\r\n";
const response = makeFetchResponse([{ serverId: itemId, stream }]);

describe("a saved Fetch response", () => {
  it.each([
    ["as its body alone", ""],
    ["with HTTP headers in front", http],
    ["with HTTP headers and no status line", http.slice(http.indexOf("\n") + 1)],
  ])("gives its message byte for byte, %s", async (_how, headers) => {
    const input = makeFetchResponse([{ serverId: itemId, stream }], headers);
    const { files, manifest, report, hasErrors } = await convertAll(input);
    expect([...files.values()].map((bytes) => Buffer.compare(bytes, message))).toEqual([0]);
    const place = { member: `message ${itemId}`, serverId: itemId, status: "1" };
    expect(manifest).toMatchObject([
      { type: "file", itemId, ...place },
      { type: "stream", archiveOffset: 0, archiveLength: stream.length, ...place },
      { type: "carrier", carrier: "fetch-response", members: 1, carriedBytes: stream.length },
    ]);
    expect(manifest.at(-1)).not.toHaveProperty("member");
    expect(report.reconciliation).toMatchObject({
      archive: [input.length, input.length],
      members: [stream.length, stream.length],
    });
    expect(hasErrors).toBe(false);
  });

  it.each([1, 7, 65_536])("gives the same in chunks of %i bytes", async (chunkBytes) => {
    expect(await convertAll(response, { chunkBytes })).toEqual(await convertAll(response));
  });

  it("takes the length from the stream, although it holds line ends and delimiters", async () => {
    const tricky = concatBytes([message, text("\r\n--DeltaSync0123456789abcdef0123456789abcdef?MTOM--\r\n")]);
    const stored = makeArchive(tricky, { stored: true, itemId });
    const { files, hasErrors } = await convertAll(makeFetchResponse([{ serverId: itemId, stream: stored }]));
    expect([...files.values()].map((bytes) => Buffer.compare(bytes, tricky))).toEqual([0]);
    expect(hasErrors).toBe(false);
  });

  it("turns an error status into a skip that names it", async () => {
    const { files, manifest, report } = await convertAll(makeFetchResponse([{ serverId: itemId, status: 4403 }]));
    expect(files.size).toBe(0);
    const details = { status: "4403", serverId: itemId };
    expect(manifest[0]).toMatchObject({ type: "skip", code: "readers/fetch-status", details });
    expect(report.skips).toEqual({ "readers/fetch-status": 1 });
  });

  it("reads the statuses out of XML that stands alone", async () => {
    const { manifest } = await convertAll(text(fetchXml([{ serverId: itemId, status: 3204 }])));
    expect(manifest[0]).toMatchObject({ code: "readers/fetch-status", details: { status: "3204" } });
  });

  it("gives each of several messages its own answer, whatever their order", async () => {
    const other = makeArchive(makeMessage({ seed: 9, subject: "Second", textBytes: 400 }), { itemId: otherId });
    const { manifest, report } = await convertAll(
      makeFetchResponse([
        { serverId: otherId, stream },
        { serverId: "gone", status: 4403 },
        { serverId: itemId, stream: other },
      ]),
    );
    const files = manifest.filter(({ type }) => type === "file");
    expect(files.map(({ serverId }) => serverId)).toEqual([itemId, otherId]);
    expect(report.items).toMatchObject({ written: 2, skipped: 1 });
  });

  it("salvages a damaged stream like any archive", async () => {
    const offsets = blockOffsets(stream);
    const damaged = stream.slice().fill(0xaa, (offsets[1] as number) + 30, offsets[2]);
    const { files, report } = await convertAll(makeFetchResponse([{ serverId: itemId, stream: damaged }]));
    expect([...files.keys()]).toEqual([expect.stringMatching(/\.partial\.eml$/)]);
    expect(report).toMatchObject({ gaps: 1, bytes: { missingBytes: 2000 } });
  });

  it("looks ahead in a large stream without holding it", async () => {
    const limits = { maxBufferedItemBytes: 1000, maxHeaderBytes: 4000 };
    const offsets = blockOffsets(stream);
    const damaged = stream.slice().fill(0xaa, (offsets[1] as number) + 30, offsets[2]);
    const { files } = await convertAll(makeFetchResponse([{ serverId: itemId, stream: damaged }]), { limits });
    expect([...files.keys()]).toEqual([expect.stringMatching(/\.partial\.eml$/)]);
  });

  it("cut at any byte, ends with a result or a code, and its sums agree", async () => {
    for (let end = 1; end < response.length; end += 97) {
      const outcome = await convertAll(response.subarray(0, end)).catch((error: unknown) => error);
      expect(outcome instanceof Error ? (outcome as Error & { code: string }).code : "").toMatch(
        /^(?:|payload\/unrecognised)$/,
      );
    }
  });
});
