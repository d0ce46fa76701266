import { SaxesParser } from "saxes";
import { ReaderError } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child, fieldText } from "../../mapping/sync-fields.ts";
import { type Detail, ElementBuilder, type StartTag } from "./element-builder.ts";
import { readPlainText } from "./plain-text.ts";
import type { ByteRange, SyncCommand, SyncEvent, SyncVerb } from "./sync-command.ts";
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
  readonly detail: Detail;
  /** True behind a hole, which may have hidden the end of a collection. */
  readonly isUncertain: boolean;
  readonly tell: (event: SyncEvent) => void;
}

/** A place in the text, as a character and as a byte of the payload. */
interface Begun {
  readonly char: number;
  readonly byte: number;
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
  /** Where the command begins that is being read, else the last tag. */
  #begun: Begun;
  #tagStart = 0;
  #attributes = 0;
  /** True right behind a tag, where text may begin. */
  #isBehindTag = false;
  /** Characters that saxes was not shown. */
  #passed = 0;

  /** @param primer start tags of the elements that are open at the window's position */
  constructor(place: ParserPlace, primer: string) {
    this.#place = place;
    this.#start = place.window.position - primer.length;
    this.#begun = { char: place.window.position, byte: place.window.byteAt(place.window.position) };
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
    return this.#start + this.#saxes.position + this.#passed;
  }

  /** Where the command begins that is being read, else the last tag. */
  get begun(): Begun {
    return this.#begun;
  }

  /** Whether a command is being read. */
  get isInCommand(): boolean {
    return this.#builder !== null;
  }

  /** Parses everything that the window holds. */
  write(): void {
    const { window, limits } = this.#place;
    const xml = window.rest();
    for (let at = 0; at < xml.length; ) {
      if (this.#isBehindTag) at = this.#passText(xml, at);
      const tagEnd = xml.indexOf(">", at) + 1;
      const end = tagEnd === 0 ? xml.length : tagEnd;
      if (end > at) this.#isBehindTag = false;
      this.#saxes.write(xml.slice(at, end));
      at = end;
    }
    // What saxes collects before it tells of it must end somewhere.
    if (window.end - this.#begun.char > limits.maxSyncItemBytes) throw new ReaderError("readers/xml-limit");
  }

  /** @returns where the text ends that saxes need not see */
  #passText(xml: string, start: number): number {
    const { text, end } = readPlainText(xml, start);
    if (end > start) this.#addText(text);
    this.#passed += end - start;
    return end;
  }

  #openTagStart(name: string): void {
    const { window, frames, limits } = this.#place;
    const depth = frames.depth + (this.#builder?.depth ?? 0);
    if (depth >= limits.maxXmlDepth) throw new ReaderError("readers/xml-limit");
    this.#attributes = 0;
    this.#tagStart = window.startOfTag(this.position - name.length - 2);
    this.#begin(this.#tagStart);
  }

  /** Inside a command, what counts is the command. */
  #begin(char: number): void {
    if (this.#builder === null) this.#begun = { char, byte: this.#place.window.byteAt(char) };
  }

  #countAttribute(): void {
    this.#attributes += 1;
    if (this.#attributes > MAX_ATTRIBUTES) throw new ReaderError("readers/xml-limit");
  }

  #openTag(tag: StartTag): void {
    const { frames, limits, detail } = this.#place;
    this.#isBehindTag = true;
    if (this.#builder === null && frames.isCommand(tag)) {
      const isFolder = frames.collection.itemClass === "Folder";
      this.#builder = new ElementBuilder(
        limits.maxXmlElements,
        isFolder ? "whole" : detail,
        frames.collection.itemClass,
      );
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
    this.#isBehindTag = true;
    if (this.#builder !== null) {
      const element = this.#builder.close();
      if (element === null) return;
      this.#tellCommand(element, this.#builder);
      this.#builder = null;
      this.#begin(this.position);
      return;
    }
    const status = frames.close();
    // A Status has no elements in it: what began last is its own tag.
    if (status !== null && status !== OK_STATUS) this.#tellStatus(status, null);
    this.#begin(this.position);
    if (frames.depth === 0) throw new DocumentEnd();
  }

  /** The bytes from what was begun last. */
  #range(): ByteRange {
    const outputOffset = this.#begun.byte;
    return { outputOffset, outputLength: this.#place.window.byteAt(this.position) - outputOffset };
  }

  #tellStatus(status: string, serverId: string | null): void {
    const { frames, tell } = this.#place;
    tell({ kind: "status", status, collectionId: frames.collection.id, serverId, ...this.#range() });
  }

  #tellCommand(element: SyncElement, builder: ElementBuilder): void {
    const { window, frames, isUncertain, tell, detail } = this.#place;
    const serverId = fieldText(element, "ServerId")?.trim() ?? null;
    const clientId = fieldText(element, "ClientId")?.trim() ?? null;
    const { itemClass, id } = frames.collection;
    const status = fieldText(element, "Status")?.trim() ?? OK_STATUS;
    if (status !== OK_STATUS) {
      this.#tellStatus(status, serverId ?? clientId);
      return;
    }
    const data = dataOf(element, frames.isAmongResponses);
    if (data === null && frames.isAmongResponses && serverId !== null && clientId !== null)
      tell({ kind: "answer", itemClass, collectionId: id, clientId, serverId, ...this.#range() });
    // The client asks, or the server confirms what the client had sent.
    if (data === null && (frames.isAmongResponses || element.name === "Fetch")) return;
    const text = detail === "outline" ? "" : window.slice(this.#begun.char, this.position);
    const { head, tail } = frames.shell();
    const command: SyncCommand = {
      kind: "command",
      verb: element.name === "Fetch" ? "Add" : (element.name as SyncVerb),
      itemClass: builder.itemClass ?? itemClass,
      collectionId: id,
      serverId,
      clientId: serverId === null ? clientId : null,
      instanceId: fieldText(element, "ExceptionStartTime")?.trim() ?? null,
      data,
      warnings: isUncertain ? [...builder.warnings, "collection-uncertain"] : builder.warnings,
      source: { head, text, tail },
      ...this.#range(),
    };
    tell(command);
  }
}

const NO_DATA: SyncElement = { name: "ApplicationData", attributes: {}, text: "", children: [] };

/** ApplicationData; a FolderId that stands beside it, as DeltaSync also writes it, belongs in it. */
function dataOf(command: SyncElement, isAnswer: boolean): SyncElement | null {
  const data = child(command, "ApplicationData");
  const folderId = child(command, "FolderId");
  if (folderId === null || isAnswer) return data;
  if (data !== null && child(data, "FolderId") !== null) return data;
  return { ...(data ?? NO_DATA), children: [...(data?.children ?? []), folderId] };
}
