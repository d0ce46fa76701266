import ICAL from "ical.js";
import { mapEvent } from "../../shared/mapping/map-event.ts";
import { mapTask } from "../../shared/mapping/map-task.ts";
import type { MapContext, MappedObject, SyncElement } from "../../shared/mapping/sync-element.ts";
import { writeIcs } from "../../shared/writers/write-ics.ts";
import { expectValidPim } from "./pim-oracles.ts";
import { applicationData, el, mapContext } from "./sync-elements.ts";
import { BLOBS } from "./time-zone-blobs.ts";

type Fields = Readonly<Record<string, string | readonly SyncElement[]>>;

/** The children of an element, one per entry. */
export function children(fields: Fields): readonly SyncElement[] {
  return applicationData(fields).children;
}

/** Exceptions, each given by its children. */
export function exceptions(...each: readonly Fields[]): readonly SyncElement[] {
  return each.map((fields) => el("Exception", children(fields)));
}

const EVENT: Fields = {
  UID: "A",
  DtStamp: "20110301T080000Z",
  StartTime: "20110314T090000Z",
  AllDayEvent: "0",
  Subject: "S",
};

/** What a case changes of the specification's event: its fields, its rule, and how it is mapped. */
export interface EventCase {
  readonly zone?: keyof typeof BLOBS | null;
  readonly fields?: Fields;
  /** Fields of the usual event that are left out. */
  readonly without?: readonly string[];
  readonly rule?: Fields;
  readonly context?: MapContext;
}

/** ApplicationData of the usual event, an hour long. */
function eventData({ zone = null, fields = {}, without = [], rule }: EventCase): SyncElement {
  const start = typeof fields.StartTime === "string" ? fields.StartTime : "20110314T090000Z";
  const hourLater = new Date(Date.parse(extended(start)) + 3_600_000);
  const endTime = Number.isNaN(hourLater.getTime()) ? "" : compact(hourLater.getTime());
  const all: Fields = {
    ...EVENT,
    EndTime: endTime,
    ...(zone === null ? {} : { TimeZone: BLOBS[zone] }),
    ...fields,
    ...(rule === undefined ? {} : { Recurrence: children(rule) }),
  };
  return applicationData(Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name))));
}

/** Maps an event and checks whatever holds for every object. */
export function mapped(eventCase: EventCase): MappedObject {
  return checked(mapEvent(eventData(eventCase), eventCase.context ?? mapContext("2", "2:17")));
}

/** Maps a task and checks whatever holds for every object. */
export function mappedTask(fields: Fields, context = mapContext("7", "7:1")): MappedObject {
  return checked(mapTask(applicationData(fields), context));
}

function checked(object: MappedObject): MappedObject {
  expectValidPim(writtenBytes(object));
  const zones = object.lines.filter((_, i) => object.lines[i - 1] === "BEGIN:VTIMEZONE");
  if (new Set(zones).size !== zones.length) throw new Error("a TZID has two VTIMEZONEs");
  for (const [, used] of object.lines.join("\n").matchAll(/;TZID=([^:;]+)/g)) {
    if (!zones.includes(`TZID:${used}`)) throw new Error(`no VTIMEZONE for ${used}`);
  }
  return object;
}

/** The file that an object becomes. */
export function writtenBytes({ lines, warnings, title, dateMillis }: MappedObject): Uint8Array {
  const position = { stream: null, blocks: null, outputOffset: 0, outputLength: 0 };
  const origin = { position, part: null, name: null };
  const files = writeIcs(
    { kind: "calendar", role: "stored", component: "VEVENT", lines, warnings, summary: title, dateMillis, origin },
    1,
  );
  return Buffer.concat(files.flatMap(({ content }) => [...(content as Iterable<Uint8Array>)]));
}

/** Starts of the instances as ical.js sees them, exceptions applied, as `20110314T090000Z` or dates. */
export function expandedByIcal({ lines }: MappedObject, limit = 40): readonly string[] {
  const calendar = new ICAL.Component(ICAL.parse(lines.join("\r\n")));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const all = calendar.getAllSubcomponents("vevent");
  const master = all.find((event) => !event.hasProperty("recurrence-id"));
  const event = new ICAL.Event(master, { exceptions: all.filter((each) => each !== master) });
  const iterator = event.iterator();
  const starts: string[] = [];
  for (let next = iterator.next(); next && starts.length < limit; next = iterator.next()) {
    starts.push(startText(event.getOccurrenceDetails(next).startDate));
  }
  return starts;
}

function startText(time: ICAL.Time): string {
  return time.isDate ? time.toICALString() : compact(time.toJSDate().getTime());
}

/** `20110314T090000Z`. */
export function compact(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function extended(text: string): string {
  return text.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z");
}
