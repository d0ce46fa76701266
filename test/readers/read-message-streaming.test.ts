import { describe, expect, it } from "vitest";
import type { Segment } from "../../shared/bytes/segment.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { readItems } from "../../shared/readers/read-items.ts";
import {
  asAsync,
  base64Lines,
  calendar,
  event,
  filesEnding,
  gapAt,
  multipart,
  part,
  readSegments,
  segmentsOf,
  segmentsWithHoles,
} from "../support/mime-samples.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const TWO_EVENTS = multipart([
  part(["Content-Type: text/plain"], "hello"),
  part(["Content-Type: text/calendar"], calendar(event("first"))),
  part(["Content-Type: text/calendar", "Content-Transfer-Encoding: base64"], base64Lines(calendar(event("second")))),
]);

describe("a message larger than the buffer", () => {
  const small = { maxBufferedItemBytes: 100, maxHeaderBytes: 4096 };

  it("is streamed, and its parts come after it", async () => {
    const result = await readSegments(segmentsOf(encode(TWO_EVENTS), 64), small, { gaps: [] });
    expect(result.files[0]?.text).toBe(TWO_EVENTS);
    expect(filesEnding(result, ".ics")).toHaveLength(2);
  });

  it("is named by the holes that a survey found", async () => {
    const bytes = encode(TWO_EVENTS);
    const hole = bytes.length - 40;
    const segments = [...segmentsWithHoles(bytes, [[hole, hole + 5]])];
    const result = await readSegments(segments, small, { gaps: [gapAt(hole, 5)] });
    expect(result.files[0]?.path).toMatch(/\.partial\.eml$/);
    expect(result.files[0]?.bytes.length).toBe(bytes.length - 5);
  });

  it("never looks whole when its stream outgrew what the header announced and nobody surveyed it", async () => {
    const result = await readSegments(segmentsOf(encode(TWO_EVENTS), 64), small, null);
    expect(result.files[0]?.path).toMatch(/\.partial\.eml$/);
    expect(result.findings[0]).toMatchObject({ holes: [{ code: "hu01/total-mismatch" }] });
  });

  it("gives its parts also when its content is not wanted", async () => {
    const findings: string[] = [];
    const limits = { ...DEFAULT_LIMITS, ...small };
    const payload = { kind: "message", stream: null, declaredBytes: null, survey: null } as const;
    for await (const finding of readItems(
      { ...payload, segments: asAsync(segmentsOf(encode(TWO_EVENTS), 64)) },
      limits,
    )) {
      findings.push(finding.kind);
      if (finding.kind !== "mail") continue;
      const content = finding.content as AsyncIterable<Uint8Array>;
      await content[Symbol.asyncIterator]().return?.();
    }
    expect(findings).toEqual(["mail", "calendar", "calendar"]);
  });

  it("passes an error of the source on, to whoever reads the content and to whoever asks for more", async () => {
    const failing = async function* (): AsyncGenerator<Segment> {
      yield* segmentsOf(encode(TWO_EVENTS), 300);
      throw new Error("store gone");
    };
    const limits = { ...DEFAULT_LIMITS, ...small };
    const payload = { kind: "message", stream: 0, declaredBytes: null, survey: { gaps: [] } } as const;
    const findings = readItems({ ...payload, segments: failing() }, { ...limits, maxHeaderBytes: 200 });
    const mail = (await findings.next()).value;
    const read = async (): Promise<void> => {
      for await (const _bytes of mail.content);
    };
    await expect(read()).rejects.toThrow("store gone");
    await expect(findings.next()).rejects.toThrow("store gone");
  });

  it("takes no memory that grows with it", async () => {
    const chunk = encode(`${"A".repeat(76)}\r\n`.repeat(840));
    const total = 300 * 1024 ** 2;
    const head = encode(
      `${multipart([])}`.replace(/--=_outer--\r\n/, "--=_outer\r\nContent-Type: application/zip\r\n\r\n"),
    );
    const huge = async function* (): AsyncGenerator<Segment> {
      yield { kind: "bytes", bytes: head, outputOffset: 0, block: 0 };
      for (let at = head.length; at < total; at += chunk.length) {
        yield { kind: "bytes", bytes: chunk.slice(), outputOffset: at, block: 1 };
      }
      yield* segmentsOf(encode(`--=_outer\r\n${part(["Content-Type: text/calendar"], calendar(event("last")))}`));
    };
    const before = process.memoryUsage().rss;
    let peak = 0;
    let read = 0;
    const kinds: string[] = [];
    const payload = { kind: "message", stream: 0, declaredBytes: total, survey: { gaps: [] } } as const;
    for await (const finding of readItems({ ...payload, segments: huge() }, DEFAULT_LIMITS)) {
      kinds.push(finding.kind);
      if (finding.kind !== "mail") continue;
      for await (const bytes of finding.content) {
        read += bytes.length;
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    }
    expect(kinds).toEqual(["mail", "calendar"]);
    expect(read).toBeGreaterThan(total);
    expect(peak - before).toBeLessThan(128 * 1024 ** 2);
  });
});
