import { describe, expect, it } from "vitest";
import { type Converted, convertAll } from "../../support/convert-all.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

const convert = (...data: string[]) =>
  convertAll(
    bytesOf(syncXml(collection("Email", "1", data.map((fields, i) => command("Add", `m${i + 1}`, fields)).join("")))),
  );
const texts = ({ files }: Converted) => [...files.values()].map((bytes) => Buffer.from(bytes).toString());
const mails = ({ manifest }: Converted) => manifest.filter(({ kind }) => kind === "mail");
const body = "<B:Body><B:Type>1</B:Type><B:Data>Hello</B:Data></B:Body>";

describe("Email items without MIME", () => {
  it("become messages that are the same every time", async () => {
    const data = `<E:DateReceived>2011-03-14T09:00:00.000Z</E:DateReceived><E:From>"A" &lt;a@x.org&gt;</E:From><E:Subject>S</E:Subject>${body}`;
    const converted = await convert(data);
    expect([...converted.files.keys()]).toEqual(["mail/000001-20110314T090000Z-s.eml"]);
    const [eml = ""] = texts(converted);
    expect(eml).toContain("Message-ID: <e9be24b1324ee9761dafba3a1b74dd7f@hu01.invalid>");
    expect(eml).toContain("\r\n\r\nHello\r\n");
    expect(mails(converted)[0]).toMatchObject({ dateReceived: "2011-03-14T09:00:00.000Z", warnings: [] });
    expect((await convert(data)).manifest).toEqual(converted.manifest);
  });

  it("T-MAIL-04: have their subject decoded, whichever way it is encoded", async () => {
    const subject = (encoding: string, text: string) => `<E:Subject encoding="${encoding}">${text}</E:Subject>${body}`;
    const converted = await convert(
      subject("2", "R3LDvMOfZQ=="),
      subject("0", "=?UTF-8?B?R3LDvMOfZQ==?="),
      subject("2", "***"),
    );
    expect(mails(converted).map(({ title }) => title)).toEqual(["Grüße", "Grüße", "***"]);
    const invalid = mails(converted).map(({ warnings }) => (warnings as string[]).includes("encoding-invalid"));
    expect(invalid).toEqual([false, false, true]);
  });

  it("are undated, and no mails of 1970, without a date", async () => {
    const converted = await convert(`<E:Subject>S</E:Subject>${body}`);
    expect([...converted.files.keys()]).toEqual(["mail/000001-undated-s.eml"]);
    expect(mails(converted)[0]?.warnings).toContain("date-synthesised");
  });

  it.each([
    ["IPM.Schedule.Meeting.Request", "REQUEST", "calendar/invites"],
    ["IPM.Schedule.Meeting.Canceled", "CANCEL", "calendar/itip"],
    ["IPM.Schedule.Meeting.Resp.Pos", "REPLY", "calendar/itip"],
  ])("T-CAL-35: of class %s carry the meeting with METHOD:%s", async (messageClass, method, folder) => {
    const id = "BAAAAIIA4AB0xbcQGoLgCAfUCRDgQMnBJoXEAQAAAAAAAAAAEAAAAAvw7UtuTulOnjnjhns3jvM=";
    const converted = await convert(
      `<E:Subject>Meet</E:Subject><E:From>a@x.org</E:From><E:MessageClass>${messageClass}</E:MessageClass>` +
        "<E:MeetingRequest><E:StartTime>2011-03-14T09:00:00.000Z</E:StartTime><E:EndTime>2011-03-14T10:00:00.000Z</E:EndTime>" +
        `<E:DtStamp>2011-03-01T08:00:00.000Z</E:DtStamp><E:Organizer>"O" &lt;o@x.org&gt;</E:Organizer><E:GlobalObjId>${id}</E:GlobalObjId></E:MeetingRequest>${body}`,
    );
    expect([...converted.files.keys()]).toEqual([
      expect.stringMatching(/^mail\/000001/),
      expect.stringMatching(new RegExp(`^${folder}/000002-20110314T090000Z-meet\\.ics$`)),
    ]);
    const [, ics = ""] = texts(converted);
    const lines = ics.replaceAll("\r\n ", "").split("\r\n");
    expect(lines).toContain(`METHOD:${method}`);
    expect(lines).toContain(
      "UID:040000008200E00074C5B7101A82E00800000000E040C9C12685C4010000000000000000100000000BF0ED4B6E4EE94E9E39E3867B378EF3",
    );
    expect(lines.filter((line) => line.startsWith("ATTENDEE"))).toHaveLength(method === "REPLY" ? 1 : 0);
  });

  it("are kept although their meeting has no time", async () => {
    const meeting =
      "<E:MessageClass>IPM.Schedule.Meeting.Request</E:MessageClass><E:MeetingRequest><E:StartTime>x</E:StartTime></E:MeetingRequest>";
    expect([...(await convert(`${meeting}${body}`)).files.keys()]).toEqual([expect.stringMatching(/^mail\//)]);
  });
});

describe("a meeting request", () => {
  const meeting = (messageClass: string, fields: string) =>
    `<E:MessageClass>${messageClass}</E:MessageClass><E:From>a@x.org</E:From><E:MeetingRequest>` +
    `<E:StartTime>2011-03-14T09:00:00.000Z</E:StartTime>${fields}</E:MeetingRequest>${body}`;
  const icsOf = async (...request: Parameters<typeof meeting>) =>
    texts(await convert(meeting(...request)))[1]?.split("\r\n") ?? [];

  it("counts its reminder in seconds (MS-ASEMAIL 2.2.2.63), unlike events", async () => {
    const request = "IPM.Schedule.Meeting.Request";
    expect(await icsOf(request, "<E:Reminder>900</E:Reminder>")).toContain("TRIGGER:-PT15M");
    expect(await icsOf(request, "<E:Reminder>0</E:Reminder>")).toContain("TRIGGER:PT0S");
    expect((await icsOf(request, "<E:Reminder/>")).join()).not.toContain("VALARM");
  });

  it("about one occurrence names it, so that it never takes the place of the series", async () => {
    const request = "IPM.Schedule.Meeting.Request";
    const id = "<E:RecurrenceId>2011-03-14T08:00:00.000Z</E:RecurrenceId>";
    expect(await icsOf(request, id)).toContain("RECURRENCE-ID:20110314T080000Z");
    const rule = "<E:Recurrences><E:Recurrence><E:Type>0</E:Type></E:Recurrence></E:Recurrences>";
    expect((await icsOf(request, id + rule)).join()).not.toContain("RECURRENCE-ID");
  });

  it.each(["neq", "Neg"])("that is declined may say so as %s", async (answer) => {
    const lines = await icsOf(`IPM.Schedule.Meeting.Resp.${answer}`, "");
    expect(lines).toContain("METHOD:REPLY");
    expect(lines.join("").replaceAll("\r\n ", "")).toContain("PARTSTAT=DECLINED");
  });
});

describe("what the server knows of a message", () => {
  it("stands in the manifest as it came where no field of its own is made of it", async () => {
    const told = await convert(
      mimeData(
        shortMime("S"),
        "<E:MessageClass>IPM.Note</E:MessageClass><H:ConversationTopic>T</H:ConversationTopic><H:LegacyId>7</H:LegacyId>" +
          "<H:HasAttachments>0</H:HasAttachments><H:Flag><H:State>1</H:State><H:Title>Soon</H:Title></H:Flag>",
      ),
    );
    const elements = { MessageClass: "IPM.Note", ConversationTopic: "T", HasAttachments: "0", LegacyId: "7" };
    expect(mails(told)[0]?.elements).toEqual({ ...elements, "Flag/State": "1", "Flag/Title": "Soon" });
  });

  it("is told beside it and changes no byte of it", async () => {
    const known =
      "<E:Read>1</E:Read><H:Flag><H:State>2</H:State></H:Flag><H:ReplyToOrForwardState>1</H:ReplyToOrForwardState>" +
      "<E:Importance>2</E:Importance><H:ConfirmedJunk>1</H:ConfirmedJunk><H:Categories>red, blue</H:Categories>";
    const told = await convert(mimeData(shortMime("S"), known));
    expect(mails(told)[0]).toMatchObject({
      id: "m1",
      seen: true,
      flagged: true,
      answered: true,
      forwarded: false,
      draft: false,
      junk: true,
      importance: "high",
      categories: ["red", "blue"],
    });
    expect(texts(told)).toEqual(texts(await convert(mimeData(shortMime("S")))));
  });
});
