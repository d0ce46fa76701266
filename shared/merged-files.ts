import { foldLines } from "./bytes/fold-line.ts";
import type { CalendarItem, ContactItem, Item } from "./items/item.ts";
import type { MergedFacts, OutputFile } from "./items/output-file.ts";
import type { WarningCode } from "./items/warning.ts";
import { MergedZones } from "./mapping/merge-calendars.ts";
import { MergedFeed } from "./merged-feed.ts";
import { slugify } from "./writers/file-name.ts";

/** What goes into merged files: what Sync XML holds as an object of its own. */
type Mergeable = CalendarItem | ContactItem;

/** Merged files at most: they are written at the same time. */
const MAX_FILES = 64;
const MAX_SLUG_OCTETS = 60;
/** Begins like the files of single items. */
const NUMBERED = /^\d{6}/;

/** One merged file: all objects of one kind in one folder. */
class MergedFile implements MergedFacts {
  readonly path: string;
  readonly mediaType: string;
  /** Null for contacts, which have neither head nor zones. */
  readonly zones: MergedZones | null;
  readonly warnings: WarningCode[] = [];
  items = 0;
  leftOut = 0;
  head: readonly string[] = [];

  constructor(path: string, isCalendar: boolean) {
    this.path = path;
    this.mediaType = `text/${isCalendar ? "calendar" : "vcard"}; charset=utf-8`;
    this.zones = isCalendar ? new MergedZones() : null;
  }

  count({ lines }: Mergeable): void {
    this.items += 1;
    this.zones?.count({ lines });
    if (this.head.length > 0 || this.zones === null) return;
    this.head = lines.slice(
      0,
      lines.findIndex((line, index) => index > 0 && line.startsWith("BEGIN:")),
    );
  }

  warn(code: WarningCode): void {
    if (!this.warnings.includes(code)) this.warnings.push(code);
  }

  /** What stands before all objects. */
  begin(): Iterable<Uint8Array> {
    return foldLines([...this.head, ...(this.zones?.zoneLines() ?? [])]);
  }

  /** An object that was counted, as it stands in the merged file. */
  take({ lines }: Mergeable): Iterable<Uint8Array> {
    return foldLines(this.#linesOf(lines));
  }

  /** What stands behind all objects. */
  end(): Iterable<Uint8Array> {
    return foldLines(this.zones === null ? [] : ["END:VCALENDAR"]);
  }

  #linesOf(lines: readonly string[]): readonly string[] {
    if (this.zones === null) return lines;
    const merged = this.zones.take({ lines });
    if (merged.conflict) this.warn("tz-merge-conflict");
    if (merged.lines.length === 0) this.leftOut += 1;
    return merged.lines;
  }
}

/** Which merged file an item goes into. */
interface Group {
  readonly key: string;
  /** Folder below the job's. */
  readonly folder: string;
  readonly name: string;
  readonly isCalendar: boolean;
}

/** Learns which merged files there will be while single items pass by, and makes them of a second look at the items. */
export class MergedFiles {
  readonly #files = new Map<string, MergedFile>();
  readonly #paths = new Set<string>();

  /** Counts an item that was given as a file of its own. */
  count(item: Item): void {
    const group = groupOf(item);
    if (group === null) return;
    const file = this.#files.get(group.key) ?? this.#open(group);
    file?.count(item as Mergeable);
  }

  /**
   * All merged files. One pass over the items feeds them all, so they should be read at the same time; what one of
   * them waits for while another is read is held in memory.
   *
   * @param items the counted items once more, in the same order
   */
  outputFiles(items: () => AsyncGenerator<Item>): readonly OutputFile[] {
    if (this.#files.size === 0) return [];
    const fileOf = (item: Item) => this.#files.get(groupOf(item)?.key ?? "") ?? null;
    const feed = new MergedFeed(items, (item) => {
      const file = fileOf(item);
      return file === null ? null : { key: file, pieces: file.take(item as Mergeable) };
    });
    return Array.from(this.#files.values(), (file) => {
      const { path, mediaType } = file;
      return { path, mediaType, content: feed.contentOf(file, file), merged: file };
    });
  }

  #open({ key, folder, name, isCalendar }: Group): MergedFile | null {
    if (this.#files.size >= MAX_FILES) {
      this.#files.values().next().value?.warn("merged-incomplete");
      return null;
    }
    const extension = isCalendar ? ".ics" : ".vcf";
    let path = `${folder}/${name}${extension}`;
    for (let twin = 2; this.#paths.has(path); twin += 1) path = `${folder}/${name}-${twin}${extension}`;
    this.#paths.add(path);
    const file = new MergedFile(path, isCalendar);
    this.#files.set(key, file);
    return file;
  }
}

function groupOf(item: Item): Group | null {
  const { sync } = item;
  if (sync === undefined || (item.kind !== "calendar" && item.kind !== "contact")) return null;
  const folder = item.kind === "contact" ? "contacts" : folderOf(item.component);
  const slug = slugify(sync.folder ?? sync.collectionId, MAX_SLUG_OCTETS) || "folder";
  // Files of single items begin with a number; no file system may take a folder's for one of them.
  const name = NUMBERED.test(slug) ? `folder-${slug}` : slug;
  return {
    key: `${folder}\0${sync.folder ?? ""}\0${sync.collectionId}`,
    folder,
    name,
    isCalendar: item.kind === "calendar",
  };
}

function folderOf(component: CalendarItem["component"]): string {
  if (component === "VTODO") return "tasks";
  return component === "VJOURNAL" ? "notes" : "calendar";
}
