import { describe, expect, it } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { readItems } from "../../shared/readers/read-items.ts";
import {
  asAsync,
  calendar,
  event,
  filesEnding,
  gapAt,
  readSegments,
  readText,
  segmentsOf,
  segmentsWithHoles,
} from "../support/mime-samples.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const card = (name: string): string => `BEGIN:VCARD\r\nVERSION:3.0\r\nN:${name};;;;\r\nFN:${name}\r\nEND:VCARD\r\n`;
const TWO_EVENTS = calendar([...event("1"), ...event("2", ["SUMMARY:x"])]);
const NOISE = encode("just some text\r\n".repeat(100));

describe("a payload that is a calendar", () => {
  it.each([1, 7, 4096])("gives one item per UID, none inside another, from pieces of %i bytes", async (size) => {
    const result = await readSegments(segmentsOf(encode(`\uFEFF${TWO_EVENTS}`), size));
    expect(result.files.map((file) => file.path)).toEqual([
      "calendar/000001-20110201T090000Z.ics",
      "calendar/000002-20110201T090000Z-x.ics",
    ]);
    expect(result.files.map((file) => file.item.origin)).toEqual(
      Array(2).fill({
        part: null,
        name: null,
        position: expect.objectContaining({
          stream: 0,
          blocks: [0, 0],
          outputOffset: 0,
          outputLength: TWO_EVENTS.length + 3,
        }),
      }),
    );
  });

  it("with a hole is kept raw and partial, and nothing is made of it", async () => {
    const bytes = encode(TWO_EVENTS);
    const result = await readSegments(segmentsWithHoles(bytes, [[60, 62]]));
    expect(result.files.map((file) => file.path)).toEqual(["other/000001.partial.bin"]);
    expect(result.files[0]?.bytes.length).toBe(bytes.length - 2);
    expect(result.files[0]?.item.warnings).toEqual(["item-unread"]);
  });

  it("that is too large, too deep or no calendar after all is kept raw", async () => {
    const deep = `BEGIN:VCALENDAR\r\n${"BEGIN:X-A\r\n".repeat(100)}`;
    for (const [text, limits] of [
      [TWO_EVENTS, { maxPimPartBytes: 100 }],
      [deep, {}],
    ] as const) {
      const result = await readText(text, limits);
      expect(result.files.map(({ path, text: kept }) => [path, kept])).toEqual([["other/000001.bin", text]]);
    }
  });

  it("with more objects than the limit loses none of them", async () => {
    const result = await readText(TWO_EVENTS, { maxObjectsPerPart: 1 });
    expect(result.findings.map((finding) => finding.kind)).toEqual(["calendar", "raw"]);
    expect(filesEnding(result, ".bin")[0]?.text).toBe(TWO_EVENTS);
    expect((await readText(TWO_EVENTS, { maxObjectsPerPart: 2 })).findings).toHaveLength(2);
  });
});

describe("a payload that is cards", () => {
  it("gives one item per card, equal ones too", async () => {
    const result = await readText(card("A") + card("B") + card("A"));
    expect(result.files.map((file) => file.text)).toEqual([card("A"), card("B"), card("A")]);
  });
});

describe("a payload of no known kind", () => {
  it("is kept byte for byte, with a warning", async () => {
    const result = await readSegments(segmentsOf(NOISE, 100));
    expect(result.files.map((file) => [file.path, file.mediaType])).toEqual([
      ["other/000001.bin", "application/octet-stream"],
    ]);
    expect(result.files[0]?.bytes).toEqual(NOISE);
    expect(result.files[0]?.item.warnings).toEqual(["payload-unknown"]);
  });

  it("is streamed when it is larger than the buffer", async () => {
    const limits = { ...DEFAULT_LIMITS, maxBufferedItemBytes: 100, maxHeaderBytes: 50 };
    const payload = {
      kind: "unknown",
      stream: 0,
      declaredBytes: NOISE.length,
      survey: { gaps: [gapAt(0, 3)] },
    } as const;
    const findings = readItems({ ...payload, segments: asAsync(segmentsOf(NOISE, 64)) }, limits);
    const raw = (await findings.next()).value;
    expect(raw.holes).toHaveLength(1);
    expect(await collectBytes(raw.content)).toEqual(NOISE);
    expect(raw.origin.position.outputLength).toBe(NOISE.length);
    expect((await findings.next()).done).toBe(true);
  });
});
