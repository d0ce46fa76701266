import { concatBytes } from "../bytes/byte-source.ts";
import type { Segment } from "../bytes/segment.ts";
import { ArchiveError } from "../errors.ts";
import type { Finding } from "../items/item.ts";
import type { Limits } from "../limits.ts";
import { collectSegments } from "./open-content.ts";
import type { CalendarObject } from "./parse-calendar.ts";
import type { Card } from "./parse-cards.ts";
import type { Payload } from "./read-items.ts";
import { readUnread } from "./read-raw.ts";
import { GrowingPosition } from "./source-position.ts";

/**
 * Reads a payload that is itself a calendar or card text. One that has a hole, is larger than `limits.maxPimPartBytes`
 * or cannot be parsed is kept as one raw item; one with more than `limits.maxObjectsPerPart` objects is kept raw behind
 * as many as may be made of it. So nothing of it is lost.
 *
 * @param parse gives the objects of the whole text, none when it is no such text
 */
export async function* readPimPayload(
  payload: Payload,
  limits: Limits,
  parse: (bytes: Uint8Array) => Generator<CalendarObject | Card>,
): AsyncGenerator<Finding> {
  const source = payload.segments[Symbol.asyncIterator]();
  const { segments, isWhole } = await collectSegments(source, limits.maxPimPartBytes);
  const unread = (): AsyncGenerator<Finding> =>
    readUnread({ ...payload, segments: replay(segments, source) }, limits, "item-unread");
  if (!isWhole || segments.some((segment) => segment.kind === "gap")) {
    yield* unread();
    return;
  }
  const position = new GrowingPosition(payload.stream);
  for (const segment of segments) position.add(segment);
  const bytes = concatBytes(segments.flatMap((segment) => (segment.kind === "bytes" ? [segment.bytes] : [])));
  let count = 0;
  let isRead = false;
  try {
    for (const object of parse(bytes)) {
      isRead = count < limits.maxObjectsPerPart;
      if (!isRead) break;
      count += 1;
      yield { ...object, origin: { position, part: null, name: null } };
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    isRead = false;
  }
  if (!isRead) yield* unread();
}

async function* replay(first: readonly Segment[], rest: AsyncIterator<Segment>): AsyncGenerator<Segment> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
