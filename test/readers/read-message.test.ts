import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { readItems } from "../../shared/readers/read-items.ts";
import {
  asAsync,
  base64Lines,
  calendar,
  event,
  filesEnding,
  latin1,
  message,
  multipart,
  part,
  readSegments,
  readText,
  segmentsOf,
  segmentsWithHoles,
  skippedCodes,
} from "../support/mime-samples.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const CORPUS = process.env.HU01_CORPUS;

const TWO_EVENTS = multipart([
  part(["Content-Type: text/plain"], "hello"),
  part(["Content-Type: text/calendar"], calendar(event("first"))),
  part(["Content-Type: text/calendar", "Content-Transfer-Encoding: base64"], base64Lines(calendar(event("second")))),
]);

describe("reading a message", () => {
  for (const name of ["test1", "test3", "test5", "test7"]) {
    it.skipIf(CORPUS === undefined)(`T-MAIL-01 keeps ${name}.plain byte for byte`, async () => {
      const bytes = Uint8Array.from(readFileSync(`${CORPUS}/${name}.plain`));
      const { files } = await readSegments(segmentsOf(bytes, 511));
      expect(files[0]?.path).toMatch(/^mail\/000001-\d{8}T\d{6}Z(?:-[^/]+)?\.eml$/);
      expect(Buffer.compare(files[0]?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
    });
  }

  it("T-MAIL-02 keeps bare line ends of a message that did not come as XML, and says so", async () => {
    const text = message(["Subject: x"], "a\nb").replaceAll("\r\n", "\n");
    const { files } = await readText(text);
    expect(files[0]?.text).toBe(text);
    expect(files[0]?.item.warnings).toEqual(["bare-lf"]);
  });

  it("T-MAIL-08 adds no From_ line and no quoting to a nested message", async () => {
    const nested = message(["Subject: inner"], "From x\r\nFrom y\r\n");
    const text = multipart([part(["Content-Type: message/rfc822"], nested)]);
    const { files } = await readText(text);
    expect(files.map((file) => file.text)).toEqual([text]);
    expect(files[0]?.item.warnings).toEqual([]);
  });

  it("keeps 8-bit bytes, NUL and a missing last line end", async () => {
    const bytes = Buffer.concat([Buffer.from(message(["Subject: x"], "")), Uint8Array.of(0, 0xff, 0xfe, 0x80, 0x0d)]);
    const { files } = await readText(Uint8Array.from(bytes));
    expect(Buffer.compare(files[0]?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
  });

  it("names the file after the decoded subject and the date in UTC", async () => {
    const headers = [
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=  aus\r\n =?iso-8859-1?B?S/Zsbg==?=",
      "Date: Fri, 28 Jan 2011 00:56:56 -0800",
    ];
    const { files } = await readText(message(headers, "x"));
    expect(files[0]?.path).toBe("mail/000001-20110128T085656Z-grüße-aus-köln.eml");
    const raw = await readText(Uint8Array.from([...latin1(message(["Subject: M\xfcll"], "x"))]));
    expect(raw.files[0]?.path).toBe("mail/000001-undated-müll.eml");
  });

  it.each([1, 2, 3, 7, 64, 4096, 1 << 20])("finds the same in pieces of %i bytes", async (size) => {
    const bytes = encode(TWO_EVENTS);
    const whole = await readText(TWO_EVENTS);
    const pieces = await readSegments(segmentsOf(bytes, size));
    const tell = (result: typeof whole) => result.files.map(({ path, text, item }) => [path, text, item.warnings]);
    expect(tell(pieces)).toEqual(tell(whole));
    expect(filesEnding(pieces, ".ics")).toHaveLength(2);
  });

  it("T-DET-01 gives the same bytes whatever the time zone", async () => {
    const zone = process.env.TZ;
    const texts: string[] = [];
    for (const name of ["UTC", "Pacific/Auckland", "America/St_Johns"]) {
      process.env.TZ = name;
      const bare = calendar(["BEGIN:VEVENT", "DTSTART:20110327T013000Z", "END:VEVENT"]);
      const result = await readText(message(["Date: 27 Mar 2011 02:30:00 +0100", "Content-Type: text/calendar"], bare));
      texts.push(result.files.map(({ path, text }) => path + text).join());
    }
    process.env.TZ = zone ?? "";
    if (zone === undefined) delete process.env.TZ;
    expect(texts[0]).toContain("DTSTAMP:20110327T013000Z");
    expect(new Set(texts).size).toBe(1);
  });

  it("goes into nested messages, also encoded ones, up to a limit", async () => {
    let nested = part(["Content-Type: text/calendar"], calendar(event("deep")));
    for (let i = 0; i < 5; i += 1) nested = part(["Content-Type: message/rfc822"], nested);
    const { files } = await readText(multipart([nested]));
    expect(files.map((file) => file.path)).toEqual([expect.any(String), expect.stringMatching(/^calendar\/000002/)]);
    expect(files[1]?.item.origin.part).toBe("1.1.1.1.1.1");
    const encoded = part(
      ["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"],
      base64Lines(TWO_EVENTS),
    );
    const inEncoded = await readText(multipart([encoded]));
    expect(filesEnding(inEncoded, ".ics").map((file) => file.item.origin.part)).toEqual(["1.2", "1.3"]);
    const tooDeep = await readText(multipart([part(["Content-Type: message/rfc822"], nested)]));
    expect(skippedCodes(tooDeep)).toEqual(["readers/mime-limit"]);
  });

  it("does not lose the part behind an inner multipart that never ends", async () => {
    const inner = `Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\nhello`;
    const result = await readText(multipart([inner, part(["Content-Type: text/calendar"], calendar(event("1")))]));
    expect(filesEnding(result, ".ics").map((file) => file.item.origin.part)).toEqual(["2"]);
  });
});

describe("a message with holes", () => {
  const bytes = encode(TWO_EVENTS);
  const at = (text: string): number => TWO_EVENTS.indexOf(text);

  const withHole = (start: number, end: number) => readSegments(segmentsWithHoles(bytes, [[start, end]]));

  it("is written as .partial.eml with the recovered bytes in order", async () => {
    const start = at("hello");
    const { files, findings } = await withHole(start, start + 3);
    expect(files[0]?.path).toMatch(/\.partial\.eml$/);
    expect(files[0]?.text).toBe(TWO_EVENTS.replace("hello", "lo"));
    expect(findings[0]).toMatchObject({
      holes: [{ outputOffset: start, missingBytes: 3 }],
      warnings: ["mime-partial"],
    });
    expect(files.filter((file) => file.path.endsWith(".ics"))).toHaveLength(2);
  });

  it.each([
    ["the body", "UID:first", 4],
    ["the header", "text/calendar\r\n\r\nBEGIN", 40],
    ["the delimiter in front", "\r\n--=_outer\r\nContent-Type: text/calendar\r\n\r\nBEGIN", 60],
    ["the end and the next header", "END:VCALENDAR", 60],
  ])("never gives a part with a hole in %s", async (_name, text, length) => {
    const result = await withHole(at(text), at(text) + length);
    const whole = await readText(TWO_EVENTS);
    const good = filesEnding(whole, ".ics").map((file) => file.text);
    for (const file of filesEnding(result, ".ics")) expect(good).toContain(file.text);
    expect(filesEnding(result, ".ics").length).toBeLessThan(2);
  });

  it("gives the part behind a hole that ends where its delimiter begins", async () => {
    const result = await withHole(at("hello") + 2, at("\r\n--=_outer\r\nContent-Type: text/calendar") + 2);
    expect(filesEnding(result, ".ics").map((file) => file.item.origin.part)).toEqual(["2", "3"]);
  });

  it("skips a damaged calendar with its code and its part number", async () => {
    const { findings } = await withHole(at("UID:first"), at("UID:first") + 1);
    expect(findings[1]).toMatchObject({ kind: "skipped", code: "readers/part-damaged", origin: { part: "2" } });
    expect(findings[2]).toMatchObject({ kind: "calendar", origin: { part: "3" } });
  });

  it("gives nothing but what the whole message holds, wherever the hole is", async () => {
    const good = filesEnding(await readText(TWO_EVENTS), ".ics").map((file) => file.text);
    for (let start = 0; start < bytes.length; start += 3) {
      for (const length of [1, 90]) {
        const result = await withHole(start, Math.min(start + length, bytes.length));
        for (const file of filesEnding(result, ".ics")) expect(good).toContain(file.text);
        expect(result.files[0]?.path).toMatch(/\.partial\./);
      }
    }
  });

  it("takes neither subject nor date from behind a hole", async () => {
    const text = message(["Subject: before", "X-A: b", "Date: Fri, 28 Jan 2011 08:56:56 +0000"], "x");
    const hole = text.indexOf("X-A");
    const { findings } = await readSegments(segmentsWithHoles(encode(text), [[hole, hole + 3]]));
    expect(findings[0]).toMatchObject({ subject: "before", dateMillis: null });
  });

  it("whose beginning is lost is a partial message without a name", async () => {
    const payload = { kind: "message", stream: 0, declaredBytes: null, survey: null } as const;
    const bytesOfMail = encode(message(["Subject: lost"], "x"));
    const segments = asAsync(segmentsWithHoles(bytesOfMail, [[0, 10]]));
    const findings = readItems({ ...payload, segments }, DEFAULT_LIMITS);
    expect((await findings.next()).value).toMatchObject({ kind: "mail", subject: null, warnings: ["mime-partial"] });
  });

  it("never gives a part of an encoded message behind or around a hole", async () => {
    const encoded = base64Lines(TWO_EVENTS);
    const text = multipart([part(["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"], encoded)]);
    const good = filesEnding(await readText(text), ".ics").map((file) => file.text);
    expect(good).toHaveLength(2);
    for (let at = text.indexOf(encoded); at < text.length; at += 5) {
      const result = await readSegments(segmentsWithHoles(encode(text), [[at, Math.min(at + 4, text.length)]]));
      for (const file of filesEnding(result, ".ics")) expect(good).toContain(file.text);
    }
  });
});
