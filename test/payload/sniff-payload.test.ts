import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Segment } from "../../shared/bytes/segment.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { payloadKindOf } from "../../shared/payload/payload-kind.ts";
import { sniffPayload } from "../../shared/payload/sniff-payload.ts";
import { asAsync, gapAt, message, segmentsOf } from "../support/mime-samples.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const LONG_HEADER = `X-Message-Info-Pas: ${"x".repeat(200)}\r\n`.repeat(400);

describe("the kind of a payload", () => {
  it.each([
    ["a message", message(["Subject: x"], "body")],
    ["X-Message-Delivery first", "X-Message-Delivery: Vj0x\r\nX-Message-Status: n\r\n\r\n"],
    ["X-Message-Info-Pas first", "X-Message-Info-Pas: abc\r\nReceived: by x\r\n\r\n8-bit \u00ff"],
    ["LF line ends", "Return-Path: <a@b>\nReceived: x\n\ty\n\nbody"],
    ["blanks before the colon", "From : a\r\nTo : b\r\n\r\n"],
    ["a header and no body", "From: a\r\nSubject: b"],
    ["raw 8-bit in a subject", "From: a\r\nSubject: Gr\u00fc\u00dfe\r\n\r\n"],
    ["a header longer than the peek", LONG_HEADER],
  ])("message: %s", (_name, text) => {
    const bytes = encode(text);
    expect(payloadKindOf(bytes.subarray(0, 65_536), bytes.length <= 65_536)).toBe("message");
  });

  it.each([
    ["in a known namespace", "<?xml version='1.0'?><Sync xmlns='AirSync:'/>"],
    [
      "with a prefix, comments and blanks",
      "\ufeff \r\n<?xml version='1.0'?>\n<!-- a --><?pi?>\n<a:Sync xmlns:a='urn:x'>",
    ],
    ["in no namespace", "<Sync>"],
    ["with a document type", "<!DOCTYPE Sync [<!ENTITY a 'b'>]><Sync>"],
  ])("sync-xml: %s", (_name, text) => {
    expect(payloadKindOf(encode(text), false)).toBe("sync-xml");
  });

  it.each([
    ["prose", "Dear all,\r\n\r\nhello"],
    ["prose with a colon", "Note: this is text\r\nand it goes on\r\n"],
    ["one known field", "Subject: not enough\r\n\r\nbody"],
    ["an mbox", "From a@b Fri Jan 28 08:56:56 2011\r\nReceived: x\r\nFrom: y\r\n\r\n"],
    ["HTML", "<!DOCTYPE html>\r\n<p>From: a</p>\r\nTo: b"],
    ["JSON", '{"From": "a",\n"To": "b"}'],
    ["a log", "2011-01-28 08:56:56 INFO From: a\n2011-01-28 08:56:57 INFO To: b\n"],
    ["other XML", "<?xml version='1.0'?><Synchronise xmlns='AirSync:'/>"],
    ["XML with a Sync inside", "<?xml version='1.0'?><a><Sync xmlns='AirSync:'/></a>"],
    ["a document type of its own", "<!DOCTYPE lolz [<!ENTITY a 'Sync'>]><lolz/>"],
    ["a Sync in a comment", "<!-- <Sync/> --><a/>"],
    ["a comment without end", "<?xml version='1.0'?><!-- <Sync/>"],
    ["HTTP", "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: y\r\n\r\n"],
    ["a continuation first", " x\r\nFrom: a\r\nTo: b\r\n\r\n"],
    ["blank", "\r\n\r\n"],
  ])("unknown: %s", (_name, text) => {
    expect(payloadKindOf(encode(text), true)).toBe("unknown");
  });

  it("message: wherever the peek ends behind its first field that tells", () => {
    const bytes = encode(`Received: from a by b\r\n${"Subject: x\r\n y\r\nX-Y: z\r\n".repeat(5)}`);
    for (let length = 24; length < bytes.length; length += 1) {
      expect(payloadKindOf(bytes.subarray(0, length), false)).toBe("message");
    }
  });

  it("unknown: a JPEG, random bytes", () => {
    expect(payloadKindOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46), true)).toBe("unknown");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64 }), (bytes) => {
        expect(payloadKindOf(bytes, true)).toBe("unknown");
      }),
    );
  });

  it.each([
    ["BEGIN:VCALENDAR\r\n", "icalendar"],
    ["\uFEFF\r\n \nbegin:vCalendar\n", "icalendar"],
    ["BEGIN:VCARD\r\n", "vcard"],
    ["\r\nbegin:vcard\r\n", "vcard"],
    ["BEGIN:VEVENT\r\n", "unknown"],
  ])("%j is %s", (text, kind) => {
    expect(payloadKindOf(encode(text), false)).toBe(kind);
  });
});

describe("sniffing", () => {
  const replayed = async (segments: AsyncIterable<Segment>): Promise<Segment[]> => {
    const all: Segment[] = [];
    for await (const segment of segments) all.push(segment);
    return all;
  };

  it.each([1, 7, 64, 1 << 20])("replays every segment, gaps in their place, from pieces of %i bytes", async (size) => {
    const bytes = encode(message(["Subject: x"], "y".repeat(100)));
    const segments: Segment[] = [...segmentsOf(bytes, size), gapAt(bytes.length, 5), ...segmentsOf(bytes, size)];
    const sniffed = await sniffPayload(asAsync(segments), DEFAULT_LIMITS);
    expect(sniffed.kind).toBe("message");
    expect(await replayed(sniffed.segments)).toEqual(segments);
  });

  it("reads no further than it must", async () => {
    let read = 0;
    const source = async function* (): AsyncGenerator<Segment> {
      for (let at = 0; ; at += 10) {
        read += 10;
        yield { kind: "bytes", bytes: encode("0123456789"), outputOffset: at, block: 0 };
      }
    };
    const sniffed = await sniffPayload(source(), { ...DEFAULT_LIMITS, maxSniffBytes: 95 });
    expect([sniffed.kind, read]).toEqual(["unknown", 100]);
    await sniffed.segments.return(undefined);
  });

  it("tells nothing from what stands behind a hole", async () => {
    const segments: Segment[] = [gapAt(0, 5), ...segmentsOf(encode(message(["Subject: x"], "y")))];
    expect((await sniffPayload(asAsync(segments), DEFAULT_LIMITS)).kind).toBe("unknown");
    expect((await sniffPayload(asAsync([]), DEFAULT_LIMITS)).kind).toBe("empty");
  });

  it("ends its source when nobody reads on", async () => {
    let ended = false;
    const source = async function* (): AsyncGenerator<Segment> {
      try {
        yield* segmentsOf(encode(message([], "x")), 3);
      } finally {
        ended = true;
      }
    };
    const sniffed = await sniffPayload(source(), { ...DEFAULT_LIMITS, maxSniffBytes: 5 });
    await sniffed.segments.next();
    await sniffed.segments.return(undefined);
    expect(ended).toBe(true);
  });
});
