import { SaxesParser } from "saxes";
import { ReaderError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child, fieldText } from "../../mapping/sync-fields.ts";
import { ElementBuilder, type StartTag } from "./element-builder.ts";
import type { SyncCommand, SyncEvent, SyncVerb } from "./sync-command.ts";
import type { SyncFrames } from "./sync-frames.ts";
import type { TextWindow } from "./text-window.ts";

/** Attributes of one element; real ones have three. */
const MAX_ATTRIBUTES = 256;
const OK_STATUS = "1";

/** Thrown by the parser at the end of a document; another one may follow. */
export class DocumentEnd {}

/** What a parser works on: the text, the elements around the commands, and where its findings go. */
export interface ParserPlace {
  readonly window: TextWindow;
  readonly frames: SyncFrames;
  readonly limits: Limits;
  /** True behind a hole, which may have hidden the end of a collection. */
  readonly isUncertain: boolean;
  readonly tell: (event: SyncEvent) => void;
}

/**
 * Parses Sync XML from one place on: strict, with namespaces, and nothing but what stands in the text itself.
 *
 * Its `write` throws DocumentEnd behind the root element, and ReaderError readers/xml-malformed, readers/xml-limit and
 * readers/xml-doctype; `position` then tells where.
 */
export class SyncParser {
  readonly #place: ParserPlace;
  readonly #saxes = new SaxesParser({ xmlns: true });
  /** Where in the text the parser's first character stands. */
  readonly #start: number;
  #builder: ElementBuilder | null = null;
  #commandStart = 0;
  #tagStart = 0;
  #lastMarkup: number;
  #attributes = 0;

  /** @param primer start tags of the elements that are open at the window's position */
  constructor(place: ParserPlace, primer: string) {
    this.#place = place;
    this.#start = place.window.position - primer.length;
    this.#lastMarkup = place.window.position;
    const saxes = this.#saxes;
    saxes.on("error", () => {
      throw new ReaderError("readers/xml-malformed");
    });
    if (primer !== "") saxes.write(primer);
    saxes.on("doctype", () => {
      throw new ReaderError("readers/xml-doctype");
    });
    saxes.on("opentagstart", (tag) => this.#openTagStart(tag.name));
    saxes.on("attribute", () => this.#countAttribute());
    saxes.on("opentag", (tag) => this.#openTag(tag));
    saxes.on("text", (text) => this.#addText(text));
    saxes.on("cdata", (text) => this.#addText(text));
    saxes.on("closetag", () => this.#closeTag());
  }

  /** Where in the text the parser is; true only after `write` has thrown. */
  get position(): number {
    return this.#start + this.#saxes.position;
  }

  /** Where the command begins that is being read, else the last tag. */
  get begun(): number {
    return this.#builder === null ? this.#lastMarkup : this.#commandStart;
  }

  /** Whether a command is being read. */
  get isInCommand(): boolean {
    return this.#builder !== null;
  }

  /** Parses everything that the window holds. */
  write(): void {
    const { window, limits } = this.#place;
    this.#saxes.write(window.rest());
    // What saxes collects before it tells of it must end somewhere.
    if (window.end - this.begun > limits.maxSyncItemBytes) throw new ReaderError("readers/xml-limit");
  }

  #openTagStart(name: string): void {
    const { window, frames, limits } = this.#place;
    const depth = frames.depth + (this.#builder?.depth ?? 0);
    if (depth >= limits.maxXmlDepth) throw new ReaderError("readers/xml-limit");
    this.#attributes = 0;
    this.#tagStart = window.startOfTag(this.position - name.length - 2);
    this.#lastMarkup = this.#tagStart;
  }

  #countAttribute(): void {
    this.#attributes += 1;
    if (this.#attributes > MAX_ATTRIBUTES) throw new ReaderError("readers/xml-limit");
  }

  #openTag(tag: StartTag): void {
    const { frames, limits } = this.#place;
    if (this.#builder === null && frames.isCommand(tag)) {
      this.#builder = new ElementBuilder(limits.maxXmlElements);
      this.#commandStart = this.#tagStart;
    }
    if (this.#builder !== null) this.#builder.open(tag);
    else if (frames.depth === 0 && tag.local !== "Sync") throw new ReaderError("readers/xml-malformed");
    else frames.open(tag);
  }

  #addText(text: string): void {
    if (this.#builder !== null) this.#builder.text(text);
    else this.#place.frames.text(text);
  }

  #closeTag(): void {
    const { frames } = this.#place;
    this.#lastMarkup = this.position;
    if (this.#builder !== null) {
      const element = this.#builder.close();
      if (element !== null) this.#tellCommand(element, this.#builder);
      return;
    }
    const status = frames.close();
    if (status !== null && status !== OK_STATUS) this.#tellStatus(status, null, this.#tagStart);
    if (frames.depth === 0) throw new DocumentEnd();
  }

  #tellStatus(status: string, serverId: string | null, start: number): void {
    const { window, frames, tell } = this.#place;
    tell({
      kind: "status",
      status,
      collectionId: frames.collection.id,
      serverId,
      ...window.range(start, this.position),
    });
  }

  #tellCommand(element: SyncElement, builder: ElementBuilder): void {
    const { window, frames, isUncertain, tell } = this.#place;
    this.#builder = null;
    const serverId = fieldText(element, "ServerId")?.trim() ?? fieldText(element, "ClientId")?.trim() ?? null;
    const status = fieldText(element, "Status")?.trim() ?? OK_STATUS;
    if (status !== OK_STATUS) {
      this.#tellStatus(status, serverId, this.#commandStart);
      return;
    }
    const data = dataOf(element);
    // The client asks, or the server confirms what the client had sent.
    if (data === null && (frames.isAmongResponses || element.name === "Fetch")) return;
    const text = window.slice(this.#commandStart, this.position);
    const { head, tail } = frames.shell();
    const { itemClass, id } = frames.collection;
    const command: SyncCommand = {
      kind: "command",
      verb: element.name === "Fetch" ? "Add" : (element.name as SyncVerb),
      itemClass: builder.itemClass ?? itemClass,
      collectionId: id,
      serverId,
      instanceId: fieldText(element, "ExceptionStartTime")?.trim() ?? null,
      data,
      warnings: isUncertain ? [...builder.warnings, "collection-uncertain"] : builder.warnings,
      source: { head, text, tail },
      ...window.range(this.#commandStart, this.position),
    };
    tell(command);
  }
}

/** ApplicationData; a FolderId that stands beside it, as DeltaSync also writes it, belongs in it. */
function dataOf(command: SyncElement): SyncElement | null {
  const data = child(command, "ApplicationData");
  if (data === null) return null;
  const folderId = child(command, "FolderId");
  return folderId === null || child(data, "FolderId") !== null
    ? data
    : { ...data, children: [...data.children, folderId] };
}
