import type { SyncElement } from "../../mapping/sync-element.ts";
import { fieldText } from "../../mapping/sync-fields.ts";

/** A folder of folders.json. */
export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Names from the top, joined by `/`; a `/` in a name is written `%2F` there. */
  readonly path: string;
  readonly parentId: string | null;
  /** True for folders that no person made. */
  readonly system: boolean;
  /** Items that became files. */
  readonly items: number;
}

interface Node {
  readonly id: string;
  readonly data: SyncElement;
}

/** DisplayNames that stand for something (MAPPING.md 12.4). */
const RAW_NAMES: Readonly<Record<string, string>> = {
  ACTIVE: "Inbox",
  drAfT: "Drafts",
  HM_BuLkMail_: "Junk",
  sAVeD: "Sent",
  trAsH: "Deleted",
  ".!!OIM": "Offline messages",
};
const SYSTEM_PREFIX = ".!!";
/** The last digits of ids that have the same meaning in every mailbox. */
const WELL_KNOWN = ["", "Inbox", "Deleted", "Sent", "Drafts", "Junk"];
const WELL_KNOWN_ID = /^0{8}-0{4}-0{4}-0{4}-0{11}([0-5])$/;
const ROOT_ID = "00000000-0000-0000-0000-000000000000";
/** Parents followed upwards; folders of DeltaSync are flat, those of a loop would have no end. */
const MAX_DEPTH = 64;

/** The folders of an archive, by id without regard to letter case. */
export class FolderTree {
  readonly #nodes = new Map<string, Node>();
  readonly #items = new Map<string, number>();
  /** Ids that clients gave to folders of their own, and what the server calls these. */
  readonly #others = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#nodes.size === 0;
  }

  set(id: string, data: SyncElement): void {
    this.#nodes.set(id.toLowerCase(), { id, data });
  }

  get(id: string): SyncElement | null {
    return this.#nodes.get(id.toLowerCase())?.data ?? null;
  }

  delete(id: string): void {
    this.#nodes.delete(id.toLowerCase());
  }

  /** A folder turns out to have another id, under which it is known from now on, too. */
  rename(from: string, to: string): void {
    const node = this.#nodes.get(from.toLowerCase());
    if (node === undefined) return;
    this.delete(from);
    this.set(to, node.data);
    this.#others.set(from.toLowerCase(), to.toLowerCase());
  }

  /** Counts an item of a folder. */
  count(id: string): void {
    const key = this.#keyOf(id);
    this.#items.set(key, (this.#items.get(key) ?? 0) + 1);
  }

  /** Names from the top, joined by `/`; null for an id that nothing is known of. */
  pathOf(id: string): string | null {
    const names: string[] = [];
    const seen = new Set<string>();
    for (let at: string | null = this.#keyOf(id); at !== null && !seen.has(at) && seen.size < MAX_DEPTH; ) {
      seen.add(at);
      const node = this.#nodes.get(at);
      const name = node === undefined ? wellKnownName(at) : nameOf(node.data);
      if (name === null && names.length === 0) return null;
      if (name !== null && name !== "") names.unshift(name.replaceAll("/", "%2F"));
      const parent = node === undefined ? null : parentOf(node.data);
      at = parent === null ? null : this.#keyOf(parent);
    }
    return names.join("/");
  }

  #keyOf(id: string): string {
    const key = id.toLowerCase();
    return this.#nodes.has(key) ? key : (this.#others.get(key) ?? key);
  }

  /** Every folder in the order in which the server told of it, empty ones too. */
  list(): readonly Folder[] {
    return Array.from(this.#nodes.values(), ({ id, data }) => ({
      id,
      name: nameOf(data) ?? wellKnownName(id) ?? "",
      path: this.pathOf(id) ?? "",
      parentId: fieldText(data, "ParentId")?.trim() ?? null,
      system: isSystem(data) || WELL_KNOWN_ID.test(id),
      items: this.#items.get(id.toLowerCase()) ?? 0,
    }));
  }
}

function nameOf(data: SyncElement): string | null {
  const raw = fieldText(data, "DisplayName");
  if (raw === null) return null;
  return Object.hasOwn(RAW_NAMES, raw) ? (RAW_NAMES[raw] as string) : raw;
}

function isSystem(data: SyncElement): boolean {
  const raw = fieldText(data, "DisplayName") ?? "";
  return Object.hasOwn(RAW_NAMES, raw) || raw.startsWith(SYSTEM_PREFIX);
}

function parentOf(data: SyncElement): string | null {
  const id = fieldText(data, "ParentId")?.trim().toLowerCase() ?? null;
  return id === ROOT_ID || id === "0" ? null : id;
}

/** The name of an id that means the same everywhere; "" for the root, null for any other id. */
function wellKnownName(id: string): string | null {
  const digit = WELL_KNOWN_ID.exec(id)?.[1];
  return digit === undefined ? null : (WELL_KNOWN[Number(digit)] ?? null);
}
