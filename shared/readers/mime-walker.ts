import { binaryBytes } from "../bytes/binary-string.ts";
import { concatBytes } from "../bytes/byte-source.ts";
import { createTransferDecoder, type TransferDecoder } from "../bytes/transfer-encoding.ts";
import type { Limits } from "../limits.ts";
import { type Delimiter, findDelimiter } from "./mime-delimiter.ts";
import { type MimeEntity, parseMimeEntity } from "./mime-entity.ts";
import { BodyTail, type PartSink } from "./part-sink.ts";

/** What a walk tells. */
export interface MimeVisitor {
  /** A leaf begins. @returns where its body goes, or null when nobody wants it */
  leaf(entity: MimeEntity): PartSink | null;
  /** `maxMimeParts`, `maxMimeDepth`, `maxNestedMessages` or `maxHeaderBytes` is reached at that part. */
  limit(partNumber: string): void;
}

/** Where the entity whose header comes next stands. */
interface Place {
  readonly number: string;
  /** Put before the numbers of its children. */
  readonly prefix: string;
  readonly depth: number;
  readonly nestedMessages: number;
  readonly defaultMediaType: string;
}

interface OpenMultipart {
  readonly boundary: Uint8Array;
  readonly place: Place;
  readonly childMediaType: string;
  children: number;
}

const NOTHING = new Uint8Array(0);
const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
/** A longer line is no delimiter. Bounds what is held back when a chunk ends inside a line. */
const MAX_DELIMITER_BYTES = 4096;
const ROOT: Place = { number: "1", prefix: "", depth: 0, nestedMessages: 0, defaultMediaType: "text/plain" };

/**
 * Walks the MIME structure of one message (RFC 2046) as its bytes come by, holding on to nothing but the header that
 * is being read. A delimiter of any open multipart counts, so a missing inner end does not swallow what follows.
 */
export class MimeWalker {
  readonly #visitor: MimeVisitor;
  readonly #limits: Limits;
  readonly #budget: { parts: number };
  readonly #open: OpenMultipart[] = [];
  #place: Place;
  /** Pieces of the header that is being read; null inside a body. */
  #header: Uint8Array[] | null = [];
  #headerBytes = 0;
  #sink: PartSink | null = null;
  readonly #body = new BodyTail();
  #carry = NOTHING as Uint8Array;
  #atLineStart = true;
  #stopped = false;

  constructor(visitor: MimeVisitor, limits: Limits, place: Place = ROOT, budget = { parts: 0 }) {
    this.#visitor = visitor;
    this.#limits = limits;
    this.#place = place;
    this.#budget = budget;
  }

  /** Takes the next bytes, in pieces of any size. */
  push(chunk: Uint8Array): void {
    if (this.#stopped) return;
    const bytes = this.#carry.length === 0 ? chunk : concatBytes([this.#carry, chunk]);
    this.#carry = NOTHING;
    let runStart = 0;
    let at = 0;
    while (at < bytes.length && !this.#stopped) {
      const lineEnd = bytes.indexOf(LF, at) + 1;
      if (this.#atLineStart && this.#mayBeStructure(bytes[at] as number)) {
        if (lineEnd === 0 && bytes.length - at <= MAX_DELIMITER_BYTES) {
          this.#emit(bytes.subarray(runStart, at));
          this.#carry = bytes.slice(at);
          return;
        }
        const line = bytes.subarray(at, lineEnd);
        if (lineEnd > 0 && line.length <= MAX_DELIMITER_BYTES && this.#isStructure(line)) {
          this.#emit(bytes.subarray(runStart, at));
          this.#turn(line);
          runStart = at = lineEnd;
          continue;
        }
      }
      this.#atLineStart = lineEnd > 0;
      at = lineEnd > 0 ? lineEnd : bytes.length;
    }
    if (!this.#stopped) this.#emit(bytes.subarray(runStart));
  }

  /** Bytes are missing here: what stands around the hole is damaged, up to the next delimiter. */
  hole(): void {
    if (this.#stopped) return;
    this.#releaseCarry();
    if (this.#header === null) this.#body.release(this.#sink);
    else this.#endHeader(true);
    this.#sink?.hole();
    this.#atLineStart = true;
  }

  /** The message is over. */
  end(): void {
    if (this.#stopped) return;
    this.#releaseCarry();
    if (this.#header !== null) this.#endHeader(false);
    this.#body.release(this.#sink);
    this.#closeSink();
    this.#stopped = true;
  }

  #mayBeStructure(first: number): boolean {
    return first === DASH || (this.#header !== null && (first === CR || first === LF));
  }

  #isStructure(line: Uint8Array): boolean {
    return findDelimiter(line, this.#open) !== null || (this.#header !== null && isBlankLine(line));
  }

  #turn(line: Uint8Array): void {
    const delimiter = findDelimiter(line, this.#open);
    if (this.#header !== null) this.#endHeader(false);
    if (delimiter !== null && !this.#stopped) this.#crossDelimiter(delimiter);
    this.#atLineStart = true;
  }

  #crossDelimiter(delimiter: Delimiter): void {
    this.#body.drop();
    this.#closeSink();
    const multipart = this.#open[delimiter.index] as OpenMultipart;
    this.#open.length = delimiter.closes ? delimiter.index : delimiter.index + 1;
    if (delimiter.closes) return;
    multipart.children += 1;
    const number = `${multipart.place.prefix}${multipart.children}`;
    this.#beginHeader({
      ...multipart.place,
      number,
      prefix: `${number}.`,
      defaultMediaType: multipart.childMediaType,
    });
  }

  #beginHeader(place: Place): void {
    this.#budget.parts += 1;
    if (this.#budget.parts > this.#limits.maxMimeParts) {
      this.#visitor.limit(place.number);
      this.#stopped = true;
      return;
    }
    this.#place = place;
    this.#header = [];
    this.#headerBytes = 0;
  }

  #endHeader(isDamaged: boolean): void {
    const block = concatBytes(this.#header ?? []);
    this.#header = null;
    // A line cut by a hole is not to be believed.
    const intact = isDamaged ? block.subarray(0, block.lastIndexOf(LF) + 1) : block;
    const entity = parseMimeEntity(intact, this.#place.number, this.#place.defaultMediaType);
    if (entity.mediaType.startsWith("multipart/") && entity.boundary !== null) this.#openMultipart(entity);
    else if (isMessageType(entity.mediaType)) this.#enterMessage(entity, isDamaged);
    else this.#sink = this.#visitor.leaf(entity);
  }

  #openMultipart(entity: MimeEntity): void {
    if (this.#place.depth >= this.#limits.maxMimeDepth) {
      this.#visitor.limit(entity.number);
      return;
    }
    this.#open.push({
      boundary: binaryBytes(entity.boundary ?? ""),
      place: { ...this.#place, depth: this.#place.depth + 1 },
      childMediaType: entity.mediaType === "multipart/digest" ? "message/rfc822" : "text/plain",
      children: 0,
    });
  }

  /** Goes into a nested message: in place when its lines are the outer lines, through a decoder when it is encoded. */
  #enterMessage(entity: MimeEntity, isDamaged: boolean): void {
    if (isDamaged) return;
    if (this.#place.nestedMessages >= this.#limits.maxNestedMessages) {
      this.#visitor.limit(entity.number);
      return;
    }
    const place: Place = {
      number: `${entity.number}.1`,
      prefix: `${entity.number}.`,
      depth: this.#place.depth,
      nestedMessages: this.#place.nestedMessages + 1,
      defaultMediaType: "text/plain",
    };
    if (entity.encoding !== "base64" && entity.encoding !== "quoted-printable") this.#beginHeader(place);
    else this.#sink = this.#encodedMessage(place, createTransferDecoder(entity.encoding));
  }

  #encodedMessage(place: Place, decoder: TransferDecoder): PartSink {
    const walker = new MimeWalker(this.#visitor, this.#limits, place, this.#budget);
    let isIntact = true;
    return {
      write: (bytes) => {
        if (isIntact) walker.push(decoder.write(bytes));
      },
      hole: () => {
        // Behind a hole the encoding is out of step; nothing decoded there could be trusted.
        if (isIntact) walker.hole();
        isIntact = false;
      },
      end: () => {
        if (isIntact) walker.push(decoder.end());
        walker.end();
      },
    };
  }

  #emit(run: Uint8Array): void {
    if (run.length === 0) return;
    if (this.#header !== null) this.#addHeader(this.#header, run);
    else if (this.#sink !== null) this.#body.write(run, this.#sink);
  }

  #addHeader(header: Uint8Array[], run: Uint8Array): void {
    const room = Math.max(this.#limits.maxHeaderBytes - this.#headerBytes, 0);
    if (run.length > room && this.#headerBytes <= this.#limits.maxHeaderBytes) this.#visitor.limit(this.#place.number);
    if (room > 0) header.push(run.subarray(0, room));
    this.#headerBytes += run.length;
  }

  #releaseCarry(): void {
    const carry = this.#carry;
    this.#carry = NOTHING;
    this.#emit(carry);
  }

  #closeSink(): void {
    this.#sink?.end();
    this.#sink = null;
  }
}

const isMessageType = (mediaType: string): boolean => mediaType === "message/rfc822" || mediaType === "message/global";

const isBlankLine = (line: Uint8Array): boolean => line[0] === LF || (line[0] === CR && line[1] === LF);
