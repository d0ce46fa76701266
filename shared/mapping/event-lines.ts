import { participantLines } from "./attendees.ts";
import { alarmLines, classLines, textLines, utcLines } from "./calendar-lines.ts";
import { contentLine, rawValue, textList } from "./content-value.ts";
import { bodyText, readBody } from "./item-body.ts";
import type { Warn } from "./recurrence-pattern.ts";
import type { MapContext, SyncElement } from "./sync-element.ts";
import { child, fieldFlag, fieldNumber, fieldText, groupTexts } from "./sync-fields.ts";

/** Bits of MeetingStatus (MS-ASCAL 2.2.2.28). */
const IS_MEETING = 1;
const IS_CANCELLED = 4;

/** BusyStatus 0 to 4 as TRANSP and as Outlook's own property. */
const BUSY = [
  ["TRANSPARENT", "FREE"],
  ["OPAQUE", "TENTATIVE"],
  ["OPAQUE", "BUSY"],
  ["OPAQUE", "OOF"],
  ["OPAQUE", "WORKINGELSEWHERE"],
] as const;
const TENTATIVE = 1;
const BUSY_BY_DEFAULT = 2;

/** What an event says beside its times: SUMMARY to VALARM (MAPPING.md 4.2). */
export function eventLines(data: SyncElement, context: MapContext, warn: Warn): readonly string[] {
  return [
    ...textLines("SUMMARY", subjectOf(data, context)),
    ...placeLines(data),
    ...bodyLines(data, context, warn),
    ...categoryLines(data),
    ...stateLines(data),
    ...classLines(data),
    ...participantLines(data, warn),
    ...onlineLines(data),
    ...(fieldFlag(data, "DisallowNewTimeProposal") ? ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"] : []),
    ...utcLines("X-HU01-REPLYTIME", fieldText(data, "AppointmentReplyTime")),
    ...(context.options.keepSource ? sourceLines(data, context) : []),
    ...reminderLines(data),
  ];
}

/** "Canceled: " in the languages of Outlook; only what is cancelled loses it. */
const CANCEL_PREFIX =
  /^(?:canceled|cancelled|abgesagt|annulé|annulée|annullato|annullata|cancelado|cancelada|anulado|geannuleerd|avlyst|aflyst|inställt|inställd|peruttu|peruutettu|odwołane|anulowano|zrušeno|zrušené|отменено|iptal edildi)\s*: */iu;

/** The subject as it stands, or null. */
export function subjectOf(data: SyncElement, { options }: MapContext): string | null {
  const subject = fieldText(data, "Subject");
  if (subject === null || !options.stripCancelPrefix || !hasMeetingBit(data, IS_CANCELLED)) return subject;
  return subject.replace(CANCEL_PREFIX, "");
}

function hasMeetingBit(data: SyncElement, bit: number): boolean {
  return ((fieldNumber(data, "MeetingStatus") ?? 0) & bit) !== 0;
}

function placeLines(data: SyncElement): readonly string[] {
  const location = child(data, "Location");
  if (location === null) return [];
  const name = fieldText(data, "Location") ?? fieldText(location, "DisplayName");
  const [latitude, longitude] = [fieldText(location, "Latitude"), fieldText(location, "Longitude")].map(degrees);
  const geo = latitude && longitude ? [`GEO:${latitude};${longitude}`] : [];
  return [...textLines("LOCATION", name), ...geo];
}

function degrees(text: string | null): string | null {
  const trimmed = text?.trim() ?? "";
  return /^-?\d{1,3}(?:\.\d+)?$/.test(trimmed) ? trimmed : null;
}

/** DESCRIPTION of an event or task, and the HTML that it was made of. */
export function bodyLines(data: SyncElement, { options }: MapContext, warn: Warn): readonly string[] {
  const body = readBody(data);
  for (const code of body.warnings) warn(code);
  const html = options.noHtmlAlt ? null : body.html;
  return [...textLines("DESCRIPTION", bodyText(body)), ...textLines("X-ALT-DESC", html, "FMTTYPE=text/html")];
}

/** CATEGORIES of an event, task or note. */
export function categoryLines(data: SyncElement): readonly string[] {
  const categories = groupTexts(data, "Categories", "Category");
  return categories.length === 0 ? [] : [contentLine("CATEGORIES", "", textList(categories))];
}

function stateLines(data: SyncElement): readonly string[] {
  const busy = fieldNumber(data, "BusyStatus") ?? BUSY_BY_DEFAULT;
  const [transparency, name] = BUSY[busy] ?? BUSY[BUSY_BY_DEFAULT];
  const status = statusOf(data, busy === TENTATIVE);
  return [
    ...(status === null ? [] : [`STATUS:${status}`]),
    `TRANSP:${transparency}`,
    `X-MICROSOFT-CDO-BUSYSTATUS:${name}`,
  ];
}

function statusOf(data: SyncElement, isTentative: boolean): string | null {
  if (hasMeetingBit(data, IS_CANCELLED)) return "CANCELLED";
  if (isTentative) return "TENTATIVE";
  return hasMeetingBit(data, IS_MEETING) ? "CONFIRMED" : null;
}

function onlineLines(data: SyncElement): readonly string[] {
  const links = [
    ["X-MICROSOFT-ONLINEMEETINGCONFLINK", fieldText(data, "OnlineMeetingConfLink")],
    ["X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", fieldText(data, "OnlineMeetingExternalLink")],
  ] as const;
  return links.flatMap(([name, link]) => {
    const value = rawValue(link ?? "");
    if (value === "") return [];
    const conference = /^(?:https?|sips?):\S+$/i.test(value) ? [contentLine("CONFERENCE", "VALUE=URI", value)] : [];
    return [contentLine(name, "", value), ...conference];
  });
}

function sourceLines(data: SyncElement, context: MapContext): readonly string[] {
  return [
    ...textLines("X-HU01-SERVERID", context.serverId),
    ...textLines("X-HU01-MEETINGSTATUS", fieldText(data, "MeetingStatus")?.trim() ?? null),
    ...textLines("X-HU01-RESPONSETYPE", fieldText(data, "ResponseType")?.trim() ?? null),
    ...textLines("X-HU01-NATIVEBODYTYPE", fieldText(data, "NativeBodyType")?.trim() ?? null),
  ];
}

function reminderLines(data: SyncElement): readonly string[] {
  const minutes = fieldNumber(data, "Reminder");
  if (minutes === null || minutes < 0) return [];
  return alarmLines(minutes === 0 ? "TRIGGER:PT0S" : `TRIGGER:-PT${minutes}M`);
}
