import { ArchiveError, type ErrorCode } from "../../errors.ts";
import type { Limits } from "../../limits.ts";
import type { Detail } from "./element-builder.ts";
import type { SyncEvent } from "./sync-command.ts";
import { SyncFrames } from "./sync-frames.ts";
import { DocumentEnd, SyncParser } from "./sync-parser.ts";
import { TextWindow } from "./text-window.ts";

/** Where reading can begin again after something unreadable: inside a collection, and outside of any. */
const NEXT_COMMAND =
  /<(?:[\w.-]+:)?(?:Add|Change|Delete|SoftDelete|Fetch|Sync)(?=[\s/>])|<\?xml\s|<\/(?:[\w.-]+:)?(?:Commands|Responses)\s*>/g;
const NEXT_DOCUMENT = /<(?:[\w.-]+:)?Sync(?=[\s/>])|<\?xml\s/g;
const DOCUMENT_START = /^(?:<\?xml\s|<(?:[\w.-]+:)?Sync[\s/>])/;
/** Longest text that can begin one of the above and be cut off by the end of a chunk. */
const MAX_MARK_CHARS = 64;

/** Stretches of one payload that may be unreadable before the rest is given up: each costs a new parser. */
const MAX_LOSSES = 5_000;

/** Where unreadable text begins, and why it is unreadable. */
interface Loss {
  readonly code: ErrorCode;
  readonly start: number;
  readonly outputOffset: number;
}

/**
 * Reads Sync XML piece by piece; several documents may follow each other. What cannot be read is told as a lost range,
 * and reading goes on at the next command that stands in clear.
 */
export class SyncScanner {
  readonly #limits: Limits;
  readonly #detail: Detail;
  readonly #window = new TextWindow();
  #events: SyncEvent[] = [];
  #parser: SyncParser | null = null;
  #frames = new SyncFrames();
  #loss: Loss | null = null;
  #losses = 0;
  /** Set by a document type, and by too many losses: nothing behind that is read. */
  #isRefused = false;
  #isUncertain = false;

  /** @param detail how much of the commands is wanted */
  constructor(limits: Limits, detail: Detail = "whole") {
    this.#limits = limits;
    this.#detail = detail;
  }

  /** Events found since the last call. */
  take(): readonly SyncEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  push(bytes: Uint8Array): void {
    this.#window.push(bytes);
    this.#read();
  }

  /** Bytes are missing here. */
  gap(missingBytes: number): void {
    this.#window.flush();
    this.#read();
    this.#lose("readers/xml-damaged");
    this.#window.gap(missingBytes);
    this.#isUncertain = true;
  }

  /** No more bytes come. */
  end(): void {
    this.#window.flush();
    this.#read();
    if (this.#parser !== null) this.#lose("readers/xml-truncated");
    if (this.#loss !== null) this.#tellLoss(this.#loss, this.#window.end);
  }

  #read(): void {
    let isDone = false;
    while (!isDone) {
      if (this.#isRefused) this.#window.position = this.#window.end;
      if (this.#isRefused) this.#window.release(this.#window.end);
      isDone = this.#isRefused || (this.#parser === null && !this.#begin()) || this.#parse();
    }
  }

  /** @returns false when there is nothing to begin with yet */
  #begin(): boolean {
    if (this.#loss !== null) return this.#resume(this.#loss);
    this.#window.skipBlank();
    if (this.#window.position === this.#window.end) return false;
    this.#startDocument();
    return true;
  }

  /** Looks for the next place to read from. */
  #resume(loss: Loss): boolean {
    const window = this.#window;
    const primer = this.#frames.primer();
    const found = window.find(primer !== null && this.#frames.isAmongCommands ? NEXT_COMMAND : NEXT_DOCUMENT);
    if (found === null) {
      window.position = Math.max(window.position, window.end - MAX_MARK_CHARS);
      if (!this.#isKept(loss) || window.end - loss.start > this.#limits.maxSyncItemBytes)
        window.release(window.position);
      return false;
    }
    this.#tellLoss(loss, found);
    window.position = found;
    if (DOCUMENT_START.test(window.rest().slice(0, MAX_MARK_CHARS))) this.#startDocument();
    else this.#startParser(primer ?? "");
    return true;
  }

  #startDocument(): void {
    this.#frames = new SyncFrames();
    this.#isUncertain = false;
    this.#startParser("");
  }

  #startParser(primer: string): void {
    const tell = (event: SyncEvent): void => {
      this.#events.push(event);
    };
    const isUncertain = this.#isUncertain;
    const [window, frames, limits, detail] = [this.#window, this.#frames, this.#limits, this.#detail];
    this.#parser = new SyncParser({ window, frames, limits, detail, isUncertain, tell }, primer);
  }

  /** @returns true when the parser took all of the text */
  #parse(): boolean {
    const [window, parser] = [this.#window, this.#parser as SyncParser];
    try {
      parser.write();
      window.position = window.end;
      const isKept = parser.isInCommand && this.#detail !== "outline";
      window.release(isKept ? parser.begun.char : window.position - MAX_MARK_CHARS);
      return true;
    } catch (error) {
      window.position = Math.min(window.end, parser.position);
      if (error instanceof ArchiveError) this.#lose(error.code);
      else if (error instanceof DocumentEnd) this.#parser = null;
      else throw error;
      return false;
    }
  }

  #lose(code: ErrorCode): void {
    const { position } = this.#window;
    const { char: start, byte: outputOffset } = this.#parser?.begun ?? {
      char: position,
      byte: this.#window.byteAt(position),
    };
    this.#parser = null;
    if (this.#loss !== null) return;
    this.#losses += 1;
    this.#isRefused ||= code === "readers/xml-doctype" || this.#losses > MAX_LOSSES;
    this.#loss = { code, start, outputOffset };
  }

  #tellLoss(loss: Loss, end: number): void {
    const { code, start, outputOffset } = loss;
    const isWhole = start >= this.#window.start;
    const text = this.#isKept(loss) && isWhole ? this.#window.slice(start, end) : null;
    this.#loss = null;
    this.#events.push({
      kind: "lost",
      code,
      text,
      outputOffset,
      outputLength: this.#window.byteAt(end) - outputOffset,
    });
  }

  /** Text that is merely malformed is worth looking at. */
  #isKept({ code }: Loss): boolean {
    return this.#detail !== "outline" && (code === "readers/xml-malformed" || code === "readers/xml-truncated");
  }
}
