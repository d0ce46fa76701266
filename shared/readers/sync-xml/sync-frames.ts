import type { StartTag } from "./element-builder.ts";
import { parseSyncClass, type SyncClass } from "./namespaces.ts";

/** An element that stands around the commands. */
interface Frame {
  readonly name: string;
  readonly local: string;
  /** Its namespace declarations, as attributes. */
  readonly declarations: string;
}

/** What is known of the collection that the commands stand in. */
export interface CollectionFacts {
  readonly itemClass: SyncClass | null;
  readonly id: string;
}

const NO_COLLECTION: CollectionFacts = { itemClass: null, id: "" };
const VERBS = new Set(["Add", "Change", "Delete", "SoftDelete", "Fetch"]);
const CAPTURED = new Set(["Class", "CollectionId", "Status"]);
const MAX_CAPTURED_CHARS = 1_024;
/** More than that before a command is no response of any server, and would be repeated for each of them. */
const MAX_PRIMER_CHARS = 8_192;

/** The open elements around the commands: Sync, Collections, Collection, Commands. */
export class SyncFrames {
  readonly #frames: Frame[] = [];
  #class: string | null = null;
  #id: string | null = null;
  #captured: string | null = null;
  #shell: { readonly head: string; readonly tail: string } | null = null;

  get depth(): number {
    return this.#frames.length;
  }

  get collection(): CollectionFacts {
    if (this.#class === null && this.#id === null) return NO_COLLECTION;
    return { itemClass: parseSyncClass(this.#class ?? ""), id: this.#id ?? this.#class ?? "" };
  }

  /** True where commands are expected. */
  get isAmongCommands(): boolean {
    const local = this.#frames.at(-1)?.local;
    return local === "Commands" || local === "Responses";
  }

  /** True among the server's answers to what the client had sent, most of which repeat no data. */
  get isAmongResponses(): boolean {
    return this.#frames.at(-1)?.local === "Responses";
  }

  isCommand(tag: StartTag): boolean {
    return this.isAmongCommands && VERBS.has(tag.local);
  }

  open(tag: StartTag): void {
    this.#shell = null;
    const declarations = Object.entries(tag.attributes)
      .filter(([name]) => name === "xmlns" || name.startsWith("xmlns:"))
      .map(([name, { value }]) => ` ${name}="${escapeXml(value)}"`)
      .join("");
    this.#frames.push({ name: tag.name, local: tag.local, declarations });
    if (tag.local === "Collection") this.#class = this.#id = null;
    this.#captured = CAPTURED.has(tag.local) ? "" : null;
  }

  text(text: string): void {
    if (this.#captured !== null && this.#captured.length < MAX_CAPTURED_CHARS) this.#captured += text;
  }

  /** @returns the status, when a Status of the response or of a collection is closed */
  close(): string | null {
    this.#shell = null;
    const closed = this.#frames.pop();
    const text = this.#captured?.trim().slice(0, MAX_CAPTURED_CHARS) ?? null;
    this.#captured = null;
    if (closed === undefined || text === null || text === "") return null;
    const parent = this.#frames.at(-1)?.local;
    if (closed.local === "Status") return parent === "Collection" || parent === "Sync" ? text : null;
    if (parent !== "Collection") return null;
    if (closed.local === "Class") this.#class = text;
    else this.#id = text;
    return null;
  }

  /** Start tags that bring a new parser to this place; null when they are too long to be repeated. */
  primer(): string | null {
    let primer = "";
    for (const { name, declarations } of this.#frames) primer += `<${name}${declarations}>`;
    return primer.length > MAX_PRIMER_CHARS ? null : primer;
  }

  /** What stands around a command of this place, as text: with it, the command is a document of its own. */
  shell(): { readonly head: string; readonly tail: string } {
    if (this.#shell !== null) return this.#shell;
    const starts = this.#frames.map((frame) => {
      const facts = frame.local === "Collection" ? this.#factElements(frame.name) : "";
      return `<${frame.name}${frame.declarations}>${facts}`;
    });
    const ends = this.#frames.map(({ name }) => `</${name}>`).reverse();
    this.#shell = {
      head: `<?xml version="1.0" encoding="UTF-8"?>\n${starts.join("")}\n`,
      tail: `\n${ends.join("")}\n`,
    };
    return this.#shell;
  }

  #factElements(collectionName: string): string {
    const prefix = collectionName.slice(0, -"Collection".length);
    const element = (local: string, text: string | null) =>
      text === null ? "" : `<${prefix}${local}>${escapeXml(text)}</${prefix}${local}>`;
    return element("Class", this.#class) + element("CollectionId", this.#id);
  }
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
