import type { CalendarItem, ContactItem } from "../../items/item.ts";
import type { SyncFacts } from "../../items/sync-facts.ts";
import type { WarningCode } from "../../items/warning.ts";
import { mapContact } from "../../mapping/map-contact.ts";
import { mapEvent } from "../../mapping/map-event.ts";
import { mapNote, type NoteForms } from "../../mapping/map-note.ts";
import { mapTask } from "../../mapping/map-task.ts";
import type { MapContext, MappedObject, SyncElement } from "../../mapping/sync-element.ts";
import type { SyncItem } from "./map-item.ts";

type Mapping = (data: SyncElement, context: MapContext) => MappedObject & Partial<NoteForms>;

/** Makes a stored calendar object of an item. */
async function* mapCalendarObject(
  item: SyncItem,
  context: MapContext,
  component: CalendarItem["component"],
  map: Mapping,
): AsyncGenerator<CalendarItem> {
  const { lines, title, dateMillis, warnings, markdown, message, elements } = map(item.data, context);
  const object = { kind: "calendar", role: "stored", component, lines, summary: title, dateMillis } as const;
  const note = { ...(markdown === undefined ? {} : { markdown }), ...(message === undefined ? {} : { message }) };
  yield {
    ...object,
    ...note,
    origin: item.origin,
    sync: withElements(item, elements),
    warnings: joined(item, warnings),
  };
}

export const mapCalendarItem = (item: SyncItem, context: MapContext) =>
  mapCalendarObject(item, context, "VEVENT", mapEvent);

export const mapTaskItem = (item: SyncItem, context: MapContext) => mapCalendarObject(item, context, "VTODO", mapTask);

/** A note becomes a VJOURNAL and, since hardly any program shows one, Markdown. */
export const mapNoteItem = (item: SyncItem, context: MapContext) =>
  mapCalendarObject(item, context, "VJOURNAL", mapNote);

/** Makes a card of an item. */
export async function* mapContactItem(item: SyncItem, context: MapContext): AsyncGenerator<ContactItem> {
  const { lines, title, warnings, elements } = mapContact(item.data, context);
  const card = { kind: "contact", lines, formattedName: title, original: null } as const;
  yield { ...card, origin: item.origin, sync: withElements(item, elements), warnings: joined(item, warnings) };
}

function withElements({ sync }: SyncItem, elements: MappedObject["elements"]): SyncFacts {
  return elements === undefined ? sync : { ...sync, elements };
}

function joined(item: SyncItem, warnings: readonly WarningCode[]): readonly WarningCode[] {
  return [...new Set([...item.warnings, ...warnings])];
}
