import { ReaderError } from "../../errors.ts";
import type { Finding, Origin } from "../../items/item.ts";
import type { SyncFacts } from "../../items/sync-facts.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { Limits } from "../../limits.ts";
import type { MapContext, SyncElement } from "../../mapping/sync-element.ts";
import { mapMail } from "./map-mail.ts";
import { mapCalendarItem, mapContactItem, mapNoteItem, mapTaskItem } from "./map-pim.ts";
import type { SyncClass } from "./namespaces.ts";

/** One item as the server had it at last. */
export interface SyncItem {
  readonly data: SyncElement;
  readonly origin: Origin;
  readonly sync: SyncFacts;
  /** What was noticed before the mapping. */
  readonly warnings: readonly WarningCode[];
}

/** Makes findings of one item: itself first, then what is found inside it. @throws ArchiveError when it cannot */
type ItemMapper = (item: SyncItem, context: MapContext, limits: Limits) => AsyncGenerator<Finding>;

/** A new class is a row here and a mapping. Folders are no items. */
const MAPPERS: Readonly<Partial<Record<SyncClass, ItemMapper>>> = {
  Email: mapMail,
  Calendar: mapCalendarItem,
  Contacts: mapContactItem,
  Tasks: mapTaskItem,
  Notes: mapNoteItem,
};

/** @throws ReaderError readers/item-unmappable, and whatever the mapping throws */
export async function* mapItem(
  itemClass: SyncClass | null,
  item: SyncItem,
  context: MapContext,
  limits: Limits,
): AsyncGenerator<Finding> {
  const map = itemClass === null ? undefined : MAPPERS[itemClass];
  if (map === undefined) throw new ReaderError("readers/item-unmappable");
  yield* map(item, context, limits);
}
