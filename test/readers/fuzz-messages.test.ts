import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Lines, calendar, event, multipart, part, readSegments, segmentsOf } from "../support/mime-samples.ts";
import { makeTnef } from "../support/tnef-samples.ts";

const CARD =
  "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC;J;;;\r\nTEL;WORK:1\r\nEND:VCARD\r\n";
const INVITE = calendar(event("1", ["SUMMARY:a\\, b", 'ATTENDEE;CN="A; B":mailto:a@b']), "REQUEST");
const TNEF = makeTnef("IPM.Note", [{ shortName: "a.ics", longName: "b.ics", data: new TextEncoder().encode(INVITE) }]);

const SAMPLE = new TextEncoder().encode(
  multipart([
    part(["Content-Type: text/calendar; method=REQUEST; charset=utf-8"], INVITE),
    part(["Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64"], base64Lines(TNEF)),
    part(
      ["Content-Type: text/x-vcard", "Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b.vcf"],
      CARD,
    ),
    part(
      ["Content-Type: message/rfc822"],
      multipart([part(["Content-Type: text/directory; profile=vcard"], CARD)], "mixed", "in"),
    ),
  ]),
);

/** Overwrite, insert or delete at a place. */
const edit = fc.record({
  at: fc.nat({ max: SAMPLE.length - 1 }),
  remove: fc.nat({ max: 30 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc
      .constantFrom("\r\n", "\n", ":", ";", '"', "=", "--=_outer\r\n", "BEGIN:VEVENT\r\n")
      .map((text) => Buffer.from(text)),
  ),
});

describe("messages with any bytes changed", () => {
  it("are written as they came, and what is made of them is valid", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        let bytes = Buffer.from(SAMPLE);
        for (const { at, remove, insert } of edits) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        const { files, findings } = await readSegments(segmentsOf(Uint8Array.from(bytes), 1000));
        if (files[0]?.path.endsWith(".eml")) expect(Buffer.compare(files[0].bytes, bytes)).toBe(0);
        expect(findings[0]?.kind).toMatch(/^(?:mail|raw)$/);
        expect(files.every((file) => /^[\p{L}\p{M}\p{N}/.-]{1,120}$/u.test(file.path))).toBe(true);
      }),
      { numRuns: Number(process.env.HU01_FUZZ_RUNS ?? 300) },
    );
  });
});
