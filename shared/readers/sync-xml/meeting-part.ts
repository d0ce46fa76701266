import { concatBytes } from "../../bytes/byte-source.ts";
import { foldLines } from "../../bytes/fold-line.ts";
import { mapEvent } from "../../mapping/map-event.ts";
import type { MapContext, SyncElement } from "../../mapping/sync-element.ts";
import { child, fieldNumber, fieldText } from "../../mapping/sync-fields.ts";
import type { MeetingPart } from "../../mapping/synthesise-message.ts";

/** What a message about a meeting is, by the end of its MessageClass. */
const METHODS: readonly (readonly [pattern: RegExp, method: MeetingPart["method"], partstat: string | null])[] = [
  [/\.request$/i, "REQUEST", null],
  [/\.cancell?ed$/i, "CANCEL", null],
  [/\.resp\.pos$/i, "REPLY", "3"],
  [/\.resp\.tent$/i, "REPLY", "2"],
  [/\.resp\.ne[gqt]$/i, "REPLY", "4"],
];
const MEETING_CLASS = /^ipm\.schedule\.meeting\./i;
/** MeetingStatus of a received meeting, and of a cancelled one. */
const [RECEIVED, CANCELLED] = ["3", "7"];

/** The calendar object of an Email item that is about a meeting (MAPPING.md 12.3); null for any other item. */
export function meetingPartOf(data: SyncElement, context: MapContext): MeetingPart | null {
  const request = child(data, "MeetingRequest");
  const messageClass = fieldText(data, "MessageClass")?.trim() ?? "";
  const row = METHODS.find(([pattern]) => pattern.test(messageClass));
  if (request === null || row === undefined || !MEETING_CLASS.test(messageClass)) return null;
  const [, method, partstat] = row;
  const event = eventOf(data, request, { method, partstat });
  // The method of the part outranks the option.
  const options = { ...context.options, outlookLegacy: false };
  try {
    const { lines } = mapEvent(event, { ...context, options });
    const at = lines.findIndex((line, index) => index > 0 && line.startsWith("BEGIN:"));
    const withMethod = [...lines.slice(0, at), `METHOD:${method}`, ...lines.slice(at)];
    return { method, bytes: concatBytes([...foldLines(withMethod)]) };
  } catch {
    // A meeting without a readable time is no reason to lose the message about it.
    return null;
  }
}

/** MeetingRequest under the names of class Calendar, in its units; what only the message says is taken from there. */
function eventOf(
  data: SyncElement,
  request: SyncElement,
  { method, partstat }: { method: MeetingPart["method"]; partstat: string | null },
): SyncElement {
  const from = fieldText(data, "From");
  const own = request.children.filter(({ name }) => !REPLACED.has(name));
  const added = [
    ...named("Reminder", reminderMinutes(request)),
    leaf("MeetingStatus", method === "CANCEL" ? CANCELLED : RECEIVED),
    ...named("OrganizerEmail", fieldText(request, "Organizer") ?? (method === "REPLY" ? null : from)),
    ...named("Subject", fieldText(data, "Subject")),
    ...named("DateReceived", fieldText(data, "DateReceived")),
    ...(child(request, "Recurrences")?.children ?? []).slice(0, 1),
    ...(partstat === null || from === null ? [] : [attendees(from, partstat)]),
  ];
  const stated = new Set(own.map(({ name }) => name));
  return { ...request, name: "ApplicationData", children: [...own, ...added.filter(({ name }) => !stated.has(name))] };
}

/** Elements of MeetingRequest that class Calendar has under another name, or in another unit. */
const REPLACED: ReadonlySet<string> = new Set(["Organizer", "Recurrences", "MeetingStatus", "Reminder"]);

/** Seconds in class Email (MS-ASEMAIL 2.2.2.63), minutes in class Calendar. */
function reminderMinutes(request: SyncElement): string | null {
  const seconds = fieldNumber(request, "Reminder");
  return seconds === null ? null : String(Math.round(seconds / 60));
}

function attendees(email: string, status: string): SyncElement {
  const attendee = { ...leaf("Attendee", ""), children: [leaf("Email", email), leaf("AttendeeStatus", status)] };
  return { ...leaf("Attendees", ""), children: [attendee] };
}

const named = (name: string, text: string | null): readonly SyncElement[] => (text === null ? [] : [leaf(name, text)]);

function leaf(name: string, text: string): SyncElement {
  return { name, attributes: {}, text, children: [] };
}
