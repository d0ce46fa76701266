import { concatBytes } from "../bytes/byte-source.ts";
import { createTransferDecoder } from "../bytes/transfer-encoding.ts";
import type { ErrorCode } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { MimeEntity } from "./mime-entity.ts";
import type { MimeVisitor } from "./mime-walker.ts";
import type { PartSink } from "./part-sink.ts";
import { guessByName, guessPim, looksLike, type PimGuess, SNIFF_BYTES } from "./pim-part.ts";
import { parseTnef } from "./tnef.ts";

/** A calendar or contact part of a message, decoded from its transfer encoding but not from its charset. */
export interface PimPart {
  readonly kind: "calendar" | "contact";
  /** Part number; parts of a TNEF stream are numbered below it. */
  readonly number: string;
  readonly name: string | null;
  readonly charset: string | null;
  readonly method: string | null;
  /** True when the part says what it is, so that a failure to read it is worth telling. */
  readonly declared: boolean;
  readonly bytes: Uint8Array;
}

/** A part that is left in its message. */
export interface LostPart {
  readonly kind: "lost";
  readonly number: string;
  readonly name: string | null;
  readonly code: ErrorCode;
}

/** Collects the calendar and contact parts of one message, within limits, in their order. */
export class PimCollector implements MimeVisitor {
  readonly found: (PimPart | LostPart)[] = [];
  readonly #limits: Limits;
  readonly #onMeeting: () => void;
  #heldBytes = 0;
  #limitReached = false;

  /** @param onMeeting called when a TNEF stream holds a meeting, which is not converted */
  constructor(limits: Limits, onMeeting: () => void) {
    this.#limits = limits;
    this.#onMeeting = onMeeting;
  }

  leaf(entity: MimeEntity): PartSink | null {
    const guess = guessPim(entity);
    return guess === null ? null : this.#collect(entity, guess);
  }

  limit(partNumber: string): void {
    if (this.#limitReached) return;
    this.#limitReached = true;
    this.found.push({ kind: "lost", number: partNumber, name: null, code: "readers/mime-limit" });
  }

  #collect(entity: MimeEntity, guess: PimGuess): PartSink {
    const decoder = createTransferDecoder(entity.encoding);
    const chunks: Uint8Array[] = [];
    let size = 0;
    let isDamaged = false;
    const add = (bytes: Uint8Array): void => {
      const wasTooLarge = size > this.#limits.maxPimPartBytes;
      size += bytes.length;
      // A chunk may be a view into a large buffer, which must not live on because of it.
      if (!wasTooLarge && bytes.length > 0) chunks.push(bytes.slice());
      if (wasTooLarge || size <= this.#limits.maxPimPartBytes) return;
      chunks.splice(0, chunks.length, concatBytes(chunks).slice(0, SNIFF_BYTES));
    };
    return {
      write: (bytes) => {
        if (!isDamaged) add(decoder.write(bytes));
      },
      hole: () => {
        isDamaged = true;
      },
      end: () => {
        if (!isDamaged) add(decoder.end());
        this.#finish(entity, guess, { chunks, size, isDamaged });
      },
    };
  }

  #finish(
    entity: MimeEntity,
    guess: PimGuess,
    body: { readonly chunks: readonly Uint8Array[]; readonly size: number; readonly isDamaged: boolean },
  ): void {
    const bytes = concatBytes(body.chunks);
    const lose = (code: ErrorCode): void => {
      this.found.push({ kind: "lost", number: entity.number, name: entity.fileName, code });
    };
    if (body.isDamaged) lose("readers/part-damaged");
    else if (!guess.declared && !looksLike(guess.kind, bytes)) return;
    else if (body.size > this.#limits.maxPimPartBytes || !this.#hold(bytes.length)) lose("readers/part-too-large");
    else if (guess.kind === "tnef") this.#unpackTnef(entity, bytes);
    else this.found.push({ ...partOf(entity), kind: guess.kind, declared: guess.declared, bytes });
  }

  #hold(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#limits.maxHeldPimBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  #unpackTnef(entity: MimeEntity, bytes: Uint8Array): void {
    const content = parseTnef(bytes);
    if (content === null) {
      this.found.push({ kind: "lost", number: entity.number, name: entity.fileName, code: "readers/part-invalid" });
      return;
    }
    if (content.isMeeting) this.#onMeeting();
    for (const [i, attachment] of content.attachments.entries()) {
      const guess = guessByName(attachment.name);
      if (guess === null || guess.kind === "tnef" || !looksLike(guess.kind, attachment.bytes)) continue;
      const number = `${entity.number}.${i + 1}`;
      const facts = { number, name: attachment.name, charset: null, method: null };
      this.found.push({ ...facts, kind: guess.kind, declared: false, bytes: attachment.bytes });
    }
  }
}

function partOf(entity: MimeEntity): Pick<PimPart, "number" | "name" | "charset" | "method"> {
  return { number: entity.number, name: entity.fileName, charset: entity.charset, method: entity.method };
}
