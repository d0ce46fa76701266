import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { unfold } from "../support/content-text.ts";
import {
  base64Lines,
  calendar,
  event,
  filesEnding,
  multipart,
  part,
  readText,
  skippedCodes,
} from "../support/mime-samples.ts";
import { makeTnef } from "../support/tnef-samples.ts";

const INVITE = calendar(event("invite@example.org", ["SUMMARY:Plan", "X-UNKNOWN;P=1:kept"]), "REQUEST");

const CARD_21 = [
  "BEGIN:VCARD",
  "VERSION:2.1",
  "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;",
  "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg=20=",
  "M=C3=BCller",
  "TEL;WORK;VOICE:+49 30 1",
  "NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab; c, d",
  "END:VCARD",
].join("\r\n");

const card = (name: string): string => `BEGIN:VCARD\r\nVERSION:3.0\r\nN:${name};;;;\r\nFN:${name}\r\nEND:VCARD\r\n`;

describe("calendars and contacts out of messages", () => {
  it("T-MIME-01 gives one invitation for the alternative and its attached copy, and tells of both", async () => {
    const alternative = part(
      ["Content-Type: text/calendar; method=REQUEST; charset=utf-8", "Content-Transfer-Encoding: base64"],
      base64Lines(INVITE),
    );
    const inner = `Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\nhello\r\n--inner\r\n${alternative}\r\n--inner--`;
    const copy = part(
      ["Content-Type: application/ics; name=invite.ics", "Content-Disposition: attachment; filename=invite.ics"],
      INVITE,
    );
    const result = await readText(multipart([inner, copy]));
    const [ics, ...others] = filesEnding(result, ".ics");
    expect(others).toEqual([]);
    expect(ics?.path).toBe("calendar/invites/000002-20110201T090000Z-plan.ics");
    expect(ics?.mediaType).toBe("text/calendar; charset=utf-8; method=REQUEST");
    expect(ics?.text).toBe(INVITE);
    const duplicate = result.findings[2];
    expect(duplicate).toMatchObject({ kind: "duplicate", origin: { part: "2", name: "invite.ics" }, of: ics?.item });
    expect(ics?.item.origin).toMatchObject({ part: "1.2", name: null });
  });

  it("T-MIME-02 finds calendars by type without a name, and by name when the content proves it", async () => {
    const named = (type: string, name: string, body: string): string =>
      part([`Content-Type: ${type}; name=${name}`], body);
    const result = await readText(
      multipart([
        part(["Content-Type: text/calendar"], calendar(event("1"))),
        named("text/plain", "x.ics", calendar(event("2"))),
        named("application/octet-stream", "invite.ics", calendar(event("3"))),
        named("application/octet-stream", "x.ics", "PK not a calendar"),
      ]),
    );
    expect(filesEnding(result, ".ics")).toHaveLength(3);
    expect(skippedCodes(result)).toEqual([]);
  });

  it("T-MIME-03 decodes RFC 2231 names and keeps paths clean of them", async () => {
    const attached = (disposition: string, uid: string): string =>
      part(
        ["Content-Type: application/octet-stream", `Content-Disposition: attachment; ${disposition}`],
        calendar(event(uid)),
      );
    const result = await readText(
      multipart([
        attached("filename*=utf-8''Hello-%28123%29-World.ics", "1"),
        attached("filename*0*=utf-8''a%20; filename*1=b.ics", "2"),
        attached('filename="../../etc/=?utf-8?Q?p=C3=A4ss?=.ics"', "3"),
      ]),
    );
    const files = filesEnding(result, ".ics");
    expect(files.map((file) => file.item.origin.name)).toEqual([
      "Hello-(123)-World.ics",
      "a b.ics",
      "../../etc/päss.ics",
    ]);
    expect(files.map((file) => file.path)).toEqual([
      "calendar/000002-20110201T090000Z-hello-123-world.ics",
      "calendar/000003-20110201T090000Z-a-b.ics",
      "calendar/000004-20110201T090000Z-päss.ics",
    ]);
  });

  it("T-MIME-05 classifies by the METHOD property, and warns when the parameter says otherwise", async () => {
    const result = await readText(
      multipart([
        part(["Content-Type: text/calendar; method=REPLY"], calendar(event("1"), "REPLY")),
        part(["Content-Type: text/calendar; method=CANCEL"], calendar(event("2"), "CANCEL")),
        part(["Content-Type: text/calendar; method=REQUEST"], calendar(event("3"), "CANCEL")),
        part(["Content-Type: text/calendar; method=COUNTER"], calendar(event("4"))),
        part(["Content-Type: text/calendar"], calendar(event("5"), "PUBLISH")),
      ]),
    );
    const files = filesEnding(result, ".ics");
    expect(files.map((file) => file.path.replace(/\/[^/]*$/, ""))).toEqual([
      ...Array(4).fill("calendar/itip"),
      "calendar/invites",
    ]);
    expect(files.map((file) => file.item.warnings.includes("method-mismatch"))).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it("T-MIME-06 splits cards, and takes text/directory only with a profile or a BEGIN:VCARD", async () => {
    const result = await readText(
      multipart([
        part(['Content-Type: text/directory; profile="VCARD"'], card("One") + card("Two")),
        part(["Content-Type: text/directory"], "cn: somebody"),
        part(["Content-Type: text/directory"], card("Three")),
      ]),
    );
    expect(filesEnding(result, ".vcf").map((file) => file.path)).toEqual([
      "contacts/000002-one.vcf",
      "contacts/000003-two.vcf",
      "contacts/000004-three.vcf",
    ]);
    expect(skippedCodes(result)).toEqual([]);
  });

  it("T-MIME-07 converts vCard 2.1 to 3.0 and keeps the original byte for byte", async () => {
    const result = await readText(multipart([part(["Content-Type: text/x-vcard"], CARD_21)]));
    const [vcf, original] = filesEnding(result, ".vcf");
    expect(unfold(vcf?.text ?? "")).toEqual([
      "BEGIN:VCARD",
      "VERSION:3.0",
      "N:Müller;Jörg;;;",
      "FN:Jörg Müller",
      "TEL;TYPE=WORK,VOICE:+49 30 1",
      "NOTE:a\\nb\\; c\\, d",
      "END:VCARD",
    ]);
    expect(vcf?.item.warnings).toEqual(["vcard21-converted"]);
    expect(original?.path).toBe("contacts/000002-jörg-müller.orig.vcf");
    expect(original?.text).toBe(CARD_21);
  });

  it("T-MIME-08 takes a byte order mark and lower-case names, and writes neither", async () => {
    const result = await readText(
      multipart([
        part(["Content-Type: text/calendar"], `\uFEFF${calendar(event("1"))}`),
        part(["Content-Type: text/vcard"], card("Low").toLowerCase()),
        part(["Content-Type: application/octet-stream; name=a.VCF"], card("Low").toLowerCase()),
      ]),
    );
    expect(filesEnding(result, ".ics")[0]?.text.startsWith("BEGIN:VCALENDAR\r\n")).toBe(true);
    expect(filesEnding(result, ".vcf")[0]?.text).toMatch(/^BEGIN:VCARD\r\n[\s\S]*END:VCARD\r\n$/);
    expect(result.findings.map((finding) => finding.kind)).toEqual(["mail", "calendar", "contact", "duplicate"]);
  });

  it("T-MIME-10 balances events and calendars whose END is missing", async () => {
    const broken = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:x",
      ...event("1").slice(0, -1),
      ...event("2").slice(0, -1),
    ];
    const result = await readText(multipart([part(["Content-Type: text/calendar"], broken.join("\r\n"))]));
    const files = filesEnding(result, ".ics");
    expect(files.map((file) => new ICAL.Component(ICAL.parse(file.text)).getAllSubcomponents("vevent").length)).toEqual(
      [1, 1],
    );
    for (const file of files) expect(file.item.warnings).toEqual(["ics-repaired"]);
  });

  it("T-MIME-12 unpacks the attachments of a TNEF stream, and says when a meeting in it is not converted", async () => {
    const tnef = (bytes: Uint8Array): string =>
      multipart([
        part(
          ["Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64"],
          base64Lines(bytes),
        ),
      ]);
    const data = new TextEncoder().encode(INVITE);
    const attachment = { shortName: "INVITE~1.ICS", longName: "the invitation.ics", data };
    const withFile = await readText(tnef(makeTnef("IPM.Note", [{ ...attachment, shortName: "A.TXT" }])));
    expect(filesEnding(withFile, ".ics").map((file) => file.text)).toEqual([INVITE]);
    expect(withFile.findings[1]?.kind === "calendar" && withFile.findings[1].origin).toMatchObject({
      part: "1.1",
      name: "the invitation.ics",
    });
    expect(withFile.files[0]?.item.warnings).toEqual([]);
    const meeting = await readText(tnef(makeTnef("IPM.Microsoft Schedule.MtgReq", [])));
    expect(meeting.findings).toHaveLength(1);
    expect(meeting.files[0]?.item.warnings).toEqual(["tnef-meeting-not-converted"]);
  });

  it("T-MIME-13 leaves Outlook's time zones as they are", async () => {
    const zone = [
      "BEGIN:VTIMEZONE",
      "TZID:Romance Standard Time",
      "BEGIN:STANDARD",
      "DTSTART:16011028T030000",
      "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
      "TZOFFSETFROM:+0200",
      "TZOFFSETTO:+0100",
      "END:STANDARD",
      "END:VTIMEZONE",
    ];
    const lines = event("1", ['DTEND;TZID="Romance Standard Time":20110201T100000', `DESCRIPTION:${"é".repeat(100)}`]);
    const text = calendar([...zone, ...lines], "REQUEST");
    const result = await readText(multipart([part(["Content-Type: text/calendar"], text)]));
    expect(unfold(filesEnding(result, ".ics")[0]?.text ?? "")).toEqual(text.split("\r\n").slice(0, -1));
  });

  it("T-MIME-14 keeps X- properties, alarms and unknown components, in order", async () => {
    const lines = event("1", [
      "X-B:2",
      "NEWPROP;X=y:unheard of",
      "X-A:1",
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      "TRIGGER:-PT15M",
      "DESCRIPTION:x",
      "END:VALARM",
    ]);
    const text = calendar(["X-WR-CALNAME:n", "BEGIN:X-THING", "X-P:1", "END:X-THING", ...lines]);
    const result = await readText(multipart([part(["Content-Type: text/calendar"], text)]));
    expect(filesEnding(result, ".ics")[0]?.text).toBe(text);
    expect(filesEnding(result, ".ics")[0]?.item.warnings).toEqual([]);
  });
});
