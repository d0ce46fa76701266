import type { Segment } from "../bytes/segment.ts";
import type { Finding, MailItem } from "../items/item.ts";
import type { WarningCode } from "../items/warning.ts";
import type { Limits } from "../limits.ts";
import { LineEndCheck } from "./line-end-check.ts";
import { parseMessageHead } from "./message-head.ts";
import { MimeWalker } from "./mime-walker.ts";
import { openContent, type SegmentObserver } from "./open-content.ts";
import { PimCollector } from "./pim-collector.ts";
import type { Payload } from "./read-items.ts";
import { readPimParts } from "./read-pim-part.ts";
import { GrowingPosition } from "./source-position.ts";

/**
 * Reads a payload that is one RFC 5322 message: the message byte for byte, then the calendars and contacts in it,
 * found on the same pass. A part with a hole in it is skipped; the others are not touched by it.
 */
export async function* readMessage(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  const look = new MessageLook(payload.stream, limits);
  const opened = await openContent(payload, limits, look);
  const { subject, dateMillis } = parseMessageHead(opened.beginning);
  if (opened.holes.length > 0) look.warn("mime-partial");
  const mail: MailItem = {
    kind: "mail",
    origin: { position: look.position, part: null, name: null },
    content: opened.content,
    contentBytes: payload.decodedBytes,
    subject,
    dateMillis,
    holes: opened.holes,
    warnings: look.warnings,
  };
  yield mail;
  await opened.settle();
  yield* readPimParts(look.found, { position: look.position, dateMillis, limits });
}

/** Everything that is learned of a message while its bytes pass by. */
class MessageLook implements SegmentObserver {
  readonly position: GrowingPosition;
  readonly warnings: WarningCode[] = [];
  readonly #collector: PimCollector;
  readonly #walker: MimeWalker;
  readonly #lineEnds = new LineEndCheck();

  constructor(stream: number | null, limits: Limits) {
    this.position = new GrowingPosition(stream);
    this.#collector = new PimCollector(limits, () => this.warn("tnef-meeting-not-converted"));
    this.#walker = new MimeWalker(this.#collector, limits);
  }

  get found(): PimCollector["found"] {
    return this.#collector.found;
  }

  add(segment: Segment): void {
    this.position.add(segment);
    if (segment.kind === "gap") {
      this.#walker.hole();
      this.#lineEnds.reset();
      return;
    }
    this.#walker.push(segment.bytes);
    this.#lineEnds.add(segment.bytes);
    if (this.#lineEnds.hasBareLineEnd) this.warn("bare-lf");
  }

  end(): void {
    this.#walker.end();
  }

  warn(code: WarningCode): void {
    if (!this.warnings.includes(code)) this.warnings.push(code);
  }
}
