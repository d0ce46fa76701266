import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTnef } from "../../shared/readers/tnef.ts";
import { makeTnef } from "../support/tnef-samples.ts";

const DATA = Uint8Array.of(1, 2, 3);
const SAMPLE = makeTnef("IPM.Note", [
  { shortName: "A.TXT", data: DATA },
  { shortName: "LONGNA~1.ICS", longName: "long name ü.ics", data: new Uint8Array(0) },
]);

describe("TNEF", () => {
  it("gives attachments by their long names", () => {
    expect(parseTnef(SAMPLE)).toEqual({
      isMeeting: false,
      attachments: [
        { name: "A.TXT", bytes: DATA },
        { name: "long name ü.ics", bytes: new Uint8Array(0) },
      ],
    });
  });

  it.each([
    ["IPM.Microsoft Schedule.MtgReq", true],
    ["IPM.Schedule.Meeting.Canceled", true],
    ["IPM.Appointment", true],
    ["IPM.Microsoft Mail.Note", false],
  ])("%s: a meeting? %s", (messageClass, isMeeting) => {
    expect(parseTnef(makeTnef(messageClass, []))?.isMeeting).toBe(isMeeting);
  });

  it("is refused without its signature", () => {
    expect(parseTnef(new Uint8Array(0))).toBeNull();
    expect(parseTnef(new TextEncoder().encode("no winmail.dat at all"))).toBeNull();
  });

  it("that is cut gives what was complete", () => {
    for (let length = 6; length < SAMPLE.length; length += 1) {
      for (const attachment of parseTnef(SAMPLE.subarray(0, length))?.attachments ?? []) {
        expect([DATA, new Uint8Array(0)]).toContainEqual(attachment.bytes);
      }
    }
  });

  it("never gives data that its checksum contradicts", () => {
    const flipped = SAMPLE.slice();
    flipped[SAMPLE.indexOf(3, 60)] = 4;
    expect(parseTnef(flipped)?.attachments.every(({ bytes }) => bytes.length === 0)).toBe(true);
  });

  it("of any bytes ends without an error", () => {
    const edit = fc.tuple(fc.nat({ max: SAMPLE.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const bytes = SAMPLE.slice();
        for (const [at, value] of edits) bytes[at] = value;
        parseTnef(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
