import type { Segment } from "../../bytes/segment.ts";
import type { Finding } from "../../items/item.ts";
import type { Limits } from "../../limits.ts";
import { DEFAULT_MAPPING_OPTIONS } from "../../mapping/mapping-options.ts";
import { collectSegments } from "../open-content.ts";
import type { Payload } from "../read-items.ts";
import { readUnread } from "../read-raw.ts";
import { SyncArchive } from "./sync-archive.ts";

/**
 * Reads a payload of Sync XML: messages, calendar objects, contacts, tasks and notes, each as the server had it at
 * last. One in which nothing can be read is also kept as it is. A payload that `payload.sync` has not surveyed stands by
 * itself: it is read into memory, and kept as it is when it is larger than `limits.maxBufferedItemBytes`.
 */
export async function* readSyncXml(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  if (payload.sync?.knows(payload.stream)) yield* readSurveyed(payload, payload.sync, limits);
  else yield* readAlone(payload, limits);
}

async function* readAlone(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  const source = payload.segments[Symbol.asyncIterator]();
  const { segments, isWhole } = await collectSegments(source, limits.maxBufferedItemBytes);
  if (!isWhole) {
    yield* readUnread({ ...payload, segments: replay(segments, source) }, limits, "item-unread");
    return;
  }
  const again = () => ({ ...payload, segments: replay(segments) });
  const payloads = () => one(again());
  const sync = payload.sync?.alone(payloads) ?? new SyncArchive(payloads, DEFAULT_MAPPING_OPTIONS, limits);
  await sync.survey();
  yield* readSurveyed(again(), sync, limits);
}

async function* readSurveyed(payload: Payload, sync: SyncArchive, limits: Limits): AsyncGenerator<Finding> {
  const refusal = sync.refusal(payload.stream);
  if (refusal === null) {
    yield* sync.read(payload);
    return;
  }
  yield refusal;
  yield* readUnread(payload, limits, "item-unread");
}

async function* replay(first: readonly Segment[], rest?: AsyncIterator<Segment>): AsyncGenerator<Segment> {
  yield* first;
  for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) {
    yield next.value;
  }
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}
