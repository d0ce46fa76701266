import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import type { MappingOptions } from "../../shared/mapping/sync-element.ts";
import { propertiesOf } from "../support/card-reader.ts";
import { physicalLines } from "../support/content-text.ts";
import { contact, expectLines, linesOf } from "../support/map-objects.ts";
import { el } from "../support/sync-elements.ts";

const V4: Partial<MappingOptions> = { vcardVersion: "4.0" };

describe("addresses", () => {
  const home = { City: "Paris", PostalCode: "75001", Country: "France" };
  const place = (prefix: string) => ({
    [`${prefix}Street`]: "1 Main St\r\nFloor 2",
    ...Object.fromEntries(Object.entries(home).map(([name, text]) => [`${prefix}${name}`, text])),
  });

  it("T-CON-04 are read in both spellings of their elements", () => {
    const line = "ADR;TYPE=WORK:;;1 Main St\\nFloor 2;Paris;;75001;France";
    for (const prefix of ["BusinessAddress", "Business"]) {
      expect(linesOf(contact(place(prefix)).lines, "ADR")).toEqual([line]);
      expect(linesOf(contact(place(prefix), V4).lines, "ADR")).toEqual([line.replace("WORK", "work")]);
    }
  });

  it("that are neither of home nor of work never look like work", () => {
    const value = ";;1 Main St\\nFloor 2;Paris;;75001;France";
    const label = "item1.X-ABLabel:_$!<Other>!$_";
    expectLines(contact(place("OtherAddress")).lines, [`item1.ADR;TYPE=POSTAL:${value}`, label]);
    expectLines(contact(place("OtherAddress"), V4).lines, [`item1.ADR:${value}`, label]);
    expectLines(contact(place("HomeAddress")).lines, [`ADR;TYPE=HOME:${value}`]);
  });

  it("hold the office in 3.0, where Outlook looks for it", () => {
    const fields = { OfficeLocation: "B; 2", BusinessAddressCity: "Paris" };
    expectLines(contact(fields).lines, ["ADR;TYPE=WORK:;B\\; 2;;Paris;;;", "X-HU01-OFFICELOCATION:B\\; 2"]);
    expectLines(contact(fields, V4).lines, ["ADR;TYPE=work:;;;Paris;;;", "X-HU01-OFFICELOCATION:B\\; 2"]);
    expect(linesOf(contact({ OfficeLocation: "B" }, V4).lines, "ADR")).toEqual([]);
  });
});

describe("mail addresses and messaging", () => {
  it("T-CON-05 are bare addresses; what is none is kept apart", () => {
    const fields = { Email1Address: '"J D" <j@x.org>', Email2Address: "/o=X/cn=J", Email3Address: "mailto:k@x.org" };
    expect(linesOf(contact(fields).lines, "EMAIL", "X-HU01-EMAIL-RAW")).toEqual([
      "EMAIL;TYPE=INTERNET,PREF:j@x.org",
      "X-HU01-EMAIL-RAW:/o=X/cn=J",
      "EMAIL;TYPE=INTERNET:k@x.org",
    ]);
    expect(linesOf(contact(fields, V4).lines, "EMAIL")).toEqual(["EMAIL;PREF=1:j@x.org", "EMAIL:k@x.org"]);
  });

  it("become URIs where their service is known", () => {
    const fields = { IMAddress: "j@hotmail.co.uk", IMAddress2: "xmpp:j@x.org", IMAddress3: "j d" };
    expect(linesOf(contact(fields).lines, "IMPP", "X-MSN", "X-HU01-IM")).toEqual([
      "IMPP;X-SERVICE-TYPE=MSN:msnim:j@hotmail.co.uk",
      "X-MSN:j@hotmail.co.uk",
      "IMPP;X-SERVICE-TYPE=Jabber:xmpp:j@x.org",
      "X-HU01-IM:j d",
    ]);
    expect(linesOf(contact(fields, V4).lines, "IMPP", "X-MSN", "X-HU01-IM")).toEqual([
      "IMPP:msnim:j@hotmail.co.uk",
      "IMPP:xmpp:j@x.org",
      "X-HU01-IM:j d",
    ]);
    expectLines(contact({ IMAddress: "j@x.org" }).lines, ["X-HU01-IM:j@x.org"]);
  });
});

describe("related persons", () => {
  const fields = {
    Spouse: "Eve",
    Children: [el("Child", "Al"), el("Child", "Bo")],
    ManagerName: "M",
    AssistantName: "N",
  };

  it("T-CON-10 are labelled in 3.0 and typed in 4.0", () => {
    const { lines, card } = contact(fields);
    expectLines(lines, ["X-SPOUSE:Eve", "X-MANAGER:M", "X-ASSISTANT:N"]);
    const names = propertiesOf(card, "X-ABRELATEDNAMES");
    expect(names.map(({ text }) => text)).toEqual(["Eve", "Al", "Bo", "M", "N"]);
    const groups = names.map(({ group }) => group);
    expect(new Set(groups).size).toBe(5);
    const labels = propertiesOf(card, "X-ABLabel");
    expect(labels.map(({ group }) => group)).toEqual(groups);
    const kinds = ["Spouse", "Child", "Child", "Manager", "Assistant"];
    expect(labels.map(({ raw }) => raw)).toEqual(kinds.map((kind) => `_$!<${kind}>!$_`));
    expect(linesOf(contact(fields, V4).lines, "RELATED", "X-MANAGER", "X-SPOUSE", "X-ASSISTANT")).toEqual([
      "RELATED;TYPE=spouse;VALUE=text:Eve",
      "RELATED;TYPE=child;VALUE=text:Al",
      "RELATED;TYPE=child;VALUE=text:Bo",
      "RELATED;TYPE=contact;VALUE=text:M",
      "X-MANAGER:M",
      "RELATED;TYPE=agent;VALUE=text:N",
    ]);
  });

  it("are told to Outlook in its own way only when asked for", () => {
    expect(linesOf(contact(fields).lines, "X-MS-MANAGER", "X-MS-ASSISTANT")).toEqual([]);
    const { lines } = contact(fields, { outlookXMs: true });
    expectLines(lines, ["X-MS-MANAGER;TYPE=N:M", "X-MS-ASSISTANT;TYPE=N:N"]);
  });
});

describe("telephone numbers", () => {
  const kinds = [
    ["BusinessPhoneNumber", "TEL;TYPE=WORK,VOICE:1", 'TEL;TYPE="work,voice":1'],
    ["Business2PhoneNumber", "TEL;TYPE=WORK,VOICE:2", 'TEL;TYPE="work,voice":2'],
    ["HomePhoneNumber", "TEL;TYPE=HOME,VOICE:3", 'TEL;TYPE="home,voice":3'],
    ["Home2PhoneNumber", "TEL;TYPE=HOME,VOICE:4", 'TEL;TYPE="home,voice":4'],
    ["MobilePhoneNumber", "TEL;TYPE=CELL:5", "TEL;TYPE=cell:5"],
    ["BusinessFaxNumber", "TEL;TYPE=WORK,FAX:6", 'TEL;TYPE="work,fax":6'],
    ["HomeFaxNumber", "TEL;TYPE=HOME,FAX:7", 'TEL;TYPE="home,fax":7'],
    ["PagerNumber", "TEL;TYPE=PAGER:8", "TEL;TYPE=pager:8"],
    ["CarPhoneNumber", "TEL;TYPE=CAR:9", "TEL;TYPE=voice:9 Car"],
    ["RadioPhoneNumber", "TEL;TYPE=VOICE:10 Radio", "TEL;TYPE=voice:10 Radio"],
    ["AssistantPhoneNumber", "TEL;TYPE=VOICE:11 Assistant", "TEL;TYPE=voice:11 Assistant"],
    ["CompanyMainPhone", "TEL;TYPE=WORK:12 Company Main", "TEL;TYPE=work:12 Company Main"],
    ["MMS", "TEL;TYPE=MSG:13 MMS", "TEL;TYPE=text:13"],
  ] as const;
  const fields = Object.fromEntries(kinds.map(([element], i) => [element, String(i + 1)]));

  /** Each TEL line without its group, the label of that group behind it. */
  function phonesOf(lines: readonly string[]): readonly string[] {
    return linesOf(lines, "TEL").map((line) => {
      const group = /^(item\d+)\./.exec(line)?.[1];
      const label = lines.find((other) => group !== undefined && other.startsWith(`${group}.X-ABLabel:`));
      return label === undefined ? line : `${line.slice(line.indexOf(".") + 1)} ${label.slice(label.indexOf(":") + 1)}`;
    });
  }

  it("T-CON-11 are all kept, none prefixed", () => {
    expect([...phonesOf(contact(fields).lines)].sort()).toEqual(kinds.map(([, v3]) => v3).sort());
    expect([...phonesOf(contact(fields, V4).lines)].sort()).toEqual(kinds.map(([, , v4]) => v4).sort());
  });

  it("are told to Outlook in its own way only when asked for", () => {
    expect(linesOf(contact(fields).lines, "X-MS-TEL")).toEqual([]);
    expect(linesOf(contact(fields, { outlookXMs: true }).lines, "X-MS-TEL")).toEqual([
      "X-MS-TEL;TYPE=RADIO:10",
      "X-MS-TEL;TYPE=COMPANY:12",
      "X-MS-TEL;TYPE=ASSISTANT:11",
    ]);
  });
});

describe("work, notes and the rest", () => {
  it("T-CON-13 folds a long note between characters", () => {
    const text = "é".repeat(200);
    const { bytes, card } = contact({ Body: [el("Type", "1"), el("Data", text)] });
    expect(propertiesOf(card, "NOTE")[0]?.text).toBe(text);
    expect(physicalLines(bytes).every((line) => line.length <= 75)).toBe(true);
  });

  it("T-CON-14 keeps the empty company before a department", () => {
    const { lines } = contact({ Department: "R&D", JobTitle: "CTO" });
    expectLines(lines, ["ORG:;R&D", "TITLE:CTO"]);
    expect(linesOf(lines, "ROLE")).toEqual([]);
    expectLines(contact({ CompanyName: "A;B", Department: "C" }).lines, ["ORG:A\\;B;C"]);
    expectLines(contact({ CompanyName: "A" }).lines, ["ORG:A"]);
  });

  it("takes the note from every form of body, once", () => {
    const html = [el("Type", "2"), el("Data", "<p>a; b</p><p>c</p>"), el("Truncated", "1")];
    const note = contact({ FirstName: "A", Body: html });
    expect(linesOf(note.lines, "NOTE")).toEqual(["NOTE:a\\; b\\nc"]);
    expect(note.warnings).toEqual(["body-truncated"]);
    expect(linesOf(contact({ Body: "x\r\ny\rz\n" }).lines, "NOTE")).toEqual(["NOTE:x\\ny\\nz\\n"]);
    expect(linesOf(contact({ Body: [el("Type", "1"), el("Data", "")] }).lines, "NOTE")).toEqual([]);
    // MS-OXRTFCP 4.1.1, the published example.
    const rtf = Buffer.from(
      "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
      "hex",
    ).toString("base64");
    expect(linesOf(contact({ CompressedRTF: rtf }).lines, "NOTE")).toEqual(["NOTE:hello world"]);
  });

  it("leaves semicolons of TEXT alone when asked to, those of structures never", () => {
    const fields = { LastName: "a;b", CompanyName: "c;d", Body: "e;f,g" };
    const { lines } = contact(fields, { vcardSemicolon: "raw" });
    expectLines(lines, ["N:a\\;b;;;;", "FN:a;b", "ORG:c\\;d", "NOTE:e;f\\,g"]);
    expectLines(contact(fields).lines, ["FN:a\\;b", "NOTE:e\\;f\\,g"]);
  });

  it("escapes categories one by one, and takes the flat text of DeltaSync", () => {
    const two = contact({ Categories: [el("Category", "a,b"), el("Category", ""), el("Category", "c;d")] });
    expect(linesOf(two.lines, "CATEGORIES")).toEqual(["CATEGORIES:a\\,b,c\\;d"]);
    expect(linesOf(contact({ Categories: "x, y" }).lines, "CATEGORIES")).toEqual(["CATEGORIES:x,y"]);
    expect(linesOf(contact({ Categories: "" }).lines, "CATEGORIES")).toEqual([]);
  });

  it("never escapes a URL", () => {
    expectLines(contact({ WebPage: "http://x.org/a;b,c?d=\\e" }).lines, ["URL:http://x.org/a;b,c?d=\\e"]);
  });

  it("leaves out what identifies a person elsewhere when asked to", () => {
    const fields = { CustomerId: "1", GovernmentId: "2", AccountName: "3", Alias: "4" };
    const names = ["X-HU01-CUSTOMERID", "X-HU01-GOVERNMENTID", "X-HU01-ACCOUNTNAME", "X-HU01-ALIAS"];
    expect(linesOf(contact(fields).lines, ...names)).toEqual(names.map((name, i) => `${name}:${i + 1}`));
    expect(linesOf(contact(fields, { dropSensitiveIds: true }).lines, ...names)).toEqual([]);
  });

  it("says nothing of elements that are there but blank", () => {
    const blank = Object.fromEntries(
      [
        "LastName",
        "NickName",
        "Email1Address",
        "HomePhoneNumber",
        "JobTitle",
        "WebPage",
        "Birthday",
        "Picture",
        "IMAddress",
      ].map((name) => [name, " \r\n"]),
    );
    expect(contact(blank).lines).toEqual(contact({}).lines);
  });

  it("is read by ical.js as it was meant", () => {
    const { bytes } = contact({ FirstName: "Jörg", LastName: "Müller", NickName: "a,b", Body: "x\ny" });
    const card = new ICAL.Component(ICAL.parse(new TextDecoder().decode(bytes)) as never);
    expect(card.getFirstPropertyValue("fn")).toBe("Jörg Müller");
    expect(card.getFirstPropertyValue("n")).toEqual(["Müller", "Jörg", "", "", ""]);
    expect(card.getFirstPropertyValue("nickname")).toBe("a,b");
    expect(card.getFirstPropertyValue("note")).toBe("x\ny");
  });
});
