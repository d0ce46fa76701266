import { describe, expect, it } from "vitest";
import type { SyncElement } from "../../shared/mapping/sync-element.ts";
import { children, mapped } from "../support/calendar-objects.ts";
import { el } from "../support/sync-elements.ts";

const linesOf = (fields: Readonly<Record<string, string | readonly SyncElement[]>>): readonly string[] =>
  mapped({ fields }).lines;

function attendees(...each: readonly Readonly<Record<string, string>>[]): readonly SyncElement[] {
  return each.map((fields) => el("Attendee", children(fields)));
}

describe("attendees", () => {
  it("T-CAL-31 without an address keep their name", () => {
    const object = mapped({
      fields: {
        Attendees: attendees(
          { Email: "", Name: "Ghost" },
          { Email: "/o=ORG/ou=X/cn=Y" },
          { Email: '"N" <n@x.org>' },
          { Email: "MAILTO:m@x.org" },
        ),
      },
    });
    const text = object.lines.join("\n");
    expect(object.lines).toContain("X-HU01-ATTENDEE;CN=Ghost:");
    expect(object.lines.filter((line) => line.startsWith("ATTENDEE"))).toEqual([
      "ATTENDEE;CN=N;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION:mailto:n@x.org",
      "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION:mailto:m@x.org",
    ]);
    expect(text).not.toContain("invalid:nomail");
    expect(object.warnings).toContain("attendee-no-address");
  });

  it("T-CAL-32 have names without line ends and double quotes", () => {
    const lines = linesOf({ Attendees: attendees({ Email: "a@x.org", Name: 'He said: "x"; y\r\nz' }) });
    expect(lines.find((line) => line.startsWith("ATTENDEE"))).toMatch(/^ATTENDEE;CN="He said: 'x'; y z";/);
  });

  it("have roles and answers", () => {
    const each = attendees(
      { Email: "1@x.org", AttendeeType: "1", AttendeeStatus: "3" },
      { Email: "2@x.org", AttendeeType: "2", AttendeeStatus: "2" },
      { Email: "3@x.org", AttendeeType: "3", AttendeeStatus: "4" },
      { Email: "4@x.org", AttendeeType: "1", AttendeeStatus: "5" },
      { Email: "1@X.org", AttendeeType: "1", AttendeeStatus: "4" },
    );
    const lines = linesOf({
      Attendees: each,
      ResponseRequested: "1",
      OrganizerName: "O",
      OrganizerEmail: "1@x.org",
    });
    expect(lines.filter((line) => /^(?:ATTENDEE|ORGANIZER)/.test(line))).toEqual([
      "ORGANIZER;CN=O:mailto:1@x.org",
      "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:1@x.org",
      "ATTENDEE;ROLE=OPT-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=TENTATIVE:mailto:2@x.org",
      "ATTENDEE;ROLE=NON-PARTICIPANT;CUTYPE=RESOURCE;PARTSTAT=DECLINED:mailto:3@x.org",
      "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:4@x.org",
    ]);
  });

  it("come with an organizer only in meetings", () => {
    const organizer = { OrganizerName: "O", OrganizerEmail: "o@x.org" };
    expect(linesOf(organizer).join("\n")).not.toContain("ORGANIZER");
    expect(linesOf({ ...organizer, MeetingStatus: "1" })).toContain("ORGANIZER;CN=O:mailto:o@x.org");
    expect(linesOf({ OrganizerName: "O, P", MeetingStatus: "1" })).toContain("X-HU01-ORGANIZER-NAME:O\\, P");
    const named = linesOf({ OrganizerEmail: "/o=ORG/cn=Y", MeetingStatus: "1" });
    expect(named).toContain("X-HU01-ORGANIZER-NAME:/o=ORG/cn=Y");
    expect(named.join("\n")).not.toContain("mailto");
  });

  it("that organise their own meeting have accepted it, and nobody else has", () => {
    const fields = {
      Attendees: attendees({ Email: "o@x.org" }, { Email: "a@x.org" }),
      OrganizerEmail: "O@x.org",
      ResponseType: "1",
    };
    expect(linesOf(fields).filter((line) => line.startsWith("ATTENDEE"))).toEqual([
      "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:o@x.org",
      "ATTENDEE;ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION:mailto:a@x.org",
    ]);
    const late = linesOf({ ...fields, ResponseType: "5" });
    expect(late.join("\n")).not.toContain("PARTSTAT=ACCEPTED");
  });
});
