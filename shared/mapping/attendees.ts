import { contentLine, escapeText, oneLine, parameterValue } from "./content-value.ts";
import { type MailAddress, parseMailAddress } from "./mail-address.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { SyncElement } from "./sync-element.ts";
import { child, childrenNamed, fieldFlag, fieldNumber, fieldText } from "./sync-fields.ts";

const ROLES: Readonly<Record<number, string>> = {
  1: "ROLE=REQ-PARTICIPANT;CUTYPE=INDIVIDUAL",
  2: "ROLE=OPT-PARTICIPANT;CUTYPE=INDIVIDUAL",
  3: "ROLE=NON-PARTICIPANT;CUTYPE=RESOURCE",
};

const NEEDS_ACTION = "NEEDS-ACTION";
/** AttendeeStatus (MS-ASCAL 2.2.2.4). */
const STATUSES: Readonly<Record<number, string>> = { 2: "TENTATIVE", 3: "ACCEPTED", 4: "DECLINED" };
/** ResponseType 1: the calendar's owner organises the meeting. */
const IS_ORGANIZER = 1;
const IS_MEETING = 1;

/** ORGANIZER and ATTENDEE lines (MAPPING.md 4.3). */
export function participantLines(data: SyncElement, warn: Warn): readonly string[] {
  const container = child(data, "Attendees");
  const attendees = container === null ? [] : childrenNamed(container, "Attendee");
  const isMeeting = ((fieldNumber(data, "MeetingStatus") ?? 0) & IS_MEETING) !== 0;
  const organizer = attendees.length > 0 || isMeeting ? organizerLines(data) : [];
  return [...organizer, ...attendeeLines(data, attendees, warn)];
}

function organizerLines(data: SyncElement): readonly string[] {
  const [name, email] = [fieldText(data, "OrganizerName"), fieldText(data, "OrganizerEmail")];
  const parsed = parseMailAddress(email ?? "");
  if (parsed !== null) return [addressLine("ORGANIZER", parsed, name, [])];
  const stated = name ?? email;
  return stated === null ? [] : [contentLine("X-HU01-ORGANIZER-NAME", "", escapeText(oneLine(stated)))];
}

function attendeeLines(data: SyncElement, attendees: readonly SyncElement[], warn: Warn): readonly string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const attendee of attendees) {
    const parsed = parseMailAddress(fieldText(attendee, "Email") ?? "");
    if (parsed === null) {
      warn("attendee-no-address");
      lines.push(...namedAttendee(attendee));
    } else if (!seen.has(parsed.address.toLowerCase())) {
      seen.add(parsed.address.toLowerCase());
      lines.push(addressLine("ATTENDEE", parsed, fieldText(attendee, "Name"), parameters(data, attendee, parsed)));
    }
  }
  return lines;
}

/** An ATTENDEE without an address stops some readers, so that it gets a name of its own and no value. */
function namedAttendee(attendee: SyncElement): readonly string[] {
  const name = fieldText(attendee, "Name") ?? fieldText(attendee, "Email");
  return name === null ? [] : [contentLine("X-HU01-ATTENDEE", `CN=${parameterValue(name)}`, "")];
}

function parameters(data: SyncElement, attendee: SyncElement, parsed: MailAddress): readonly string[] {
  const status = participation(data, attendee, parsed);
  const rsvp = status === NEEDS_ACTION && fieldFlag(data, "ResponseRequested");
  const role = ROLES[fieldNumber(attendee, "AttendeeType") ?? 1] ?? ROLES[1] ?? "";
  return [role, `PARTSTAT=${status}`, ...(rsvp ? ["RSVP=TRUE"] : [])];
}

/** ResponseType speaks of the calendar's owner only, who is known as an attendee when he organises the meeting. */
function participation(data: SyncElement, attendee: SyncElement, { address }: MailAddress): string {
  const status = fieldNumber(attendee, "AttendeeStatus");
  if (status !== null) return STATUSES[status] ?? NEEDS_ACTION;
  const organizer = parseMailAddress(fieldText(data, "OrganizerEmail") ?? "")?.address.toLowerCase();
  const isSelf = fieldNumber(data, "ResponseType") === IS_ORGANIZER && organizer === address.toLowerCase();
  return isSelf ? "ACCEPTED" : NEEDS_ACTION;
}

function addressLine(name: string, parsed: MailAddress, given: string | null, others: readonly string[]): string {
  const commonName = given?.trim() || parsed.name;
  const cn = commonName === null || commonName === "" ? [] : [`CN=${parameterValue(commonName)}`];
  return contentLine(name, [...cn, ...others].join(";"), mailUri(parsed.address));
}

/** RFC 6068: what has a meaning in a URI, or none at all, is percent-encoded. */
function mailUri(address: string): string {
  return `mailto:${address.replace(/[%?#"\\ <>^`{|}]/g, encodeURIComponent)}`;
}
