import { concatBytes } from "../bytes/byte-source.ts";
import { replay } from "../bytes/replay.ts";
import type { Segment } from "../bytes/segment.ts";
import type { Limits } from "../limits.ts";
import { type PayloadKind, payloadKindOf } from "./payload-kind.ts";

/** What was found out by peeking, and the payload as if nobody had peeked. */
export interface SniffedPayload {
  readonly kind: PayloadKind;
  /** All segments from the first one on, gaps included, in order. */
  readonly segments: AsyncGenerator<Segment>;
}

/**
 * Tells what a payload is from its beginning and replays it. Looks at no more than `limits.maxSniffBytes` bytes and
 * not beyond the first hole. A payload that begins with a hole is `unknown`, one without any segment is `empty`.
 */
export async function sniffPayload(segments: AsyncIterable<Segment>, limits: Limits): Promise<SniffedPayload> {
  const source = segments[Symbol.asyncIterator]();
  const peeked: Segment[] = [];
  const prefix: Uint8Array[] = [];
  let room = limits.maxSniffBytes;
  let whole = false;
  try {
    while (room > 0) {
      const next = await source.next();
      whole = next.done === true || next.value.kind === "gap";
      if (next.done !== true) peeked.push(next.value);
      if (next.done === true || next.value.kind === "gap") break;
      prefix.push(next.value.bytes.subarray(0, room));
      room -= next.value.bytes.length;
    }
  } catch (error) {
    await source.return?.();
    throw error;
  }
  const kind = payloadKindOf(concatBytes(prefix), whole);
  const isOnlyHole = kind === "empty" && peeked.some((segment) => segment.kind === "gap");
  return { kind: isOnlyHole ? "unknown" : kind, segments: await replay(peeked, source) };
}
