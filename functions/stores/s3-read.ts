import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { StoreError } from "../../shared/errors.ts";
import type { ReadOptions } from "../../shared/object-store.ts";
import { readFailed, toFault } from "./aws-fault.ts";

/** Times in a row that an answer may break off without one byte more; the SDK's own tries lie below this. */
const MAX_STALLS = 5;
/** Pause before the first try again without progress; each further one is twice as long. */
const STALL_PAUSE_MILLIS = 50;

/** An object in its bucket. */
export interface S3Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** An etag as S3's events give it, without the quotes that HTTP puts around it. */
export function toEtag(header: string): string {
  return header.replace(/^"(.*)"$/, "$1");
}

/**
 * The bytes of an object, or of a range of it, over as many connections as it takes.
 *
 * @throws StoreError stores/not-found, stores/source-changed, stores/access-denied, stores/read-failed; the signal's reason
 */
export async function* readObject(
  client: S3Client,
  place: S3Place,
  { range, etag, signal }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (range?.length === 0) return await checkPresence(client, place, { etag, signal });
  let stretch: Stretch = { start: range?.offset ?? 0, end: endOf(range), etag, isFirst: true };
  for (let stalls = 0; ; ) {
    const opened = await openStretch(client, place, stretch, signal);
    if (opened === null) return;
    const { poured, fault } = yield* pour(opened, signal);
    const start = stretch.start + poured;
    if (start === opened.end) return;
    stalls = poured > 0 ? 0 : stalls + 1;
    if (stalls > MAX_STALLS || start > opened.end) throw brokenOff(start, opened.end, fault);
    if (stalls > 0) await pause(STALL_PAUSE_MILLIS * 2 ** (stalls - 1), signal);
    stretch = { start, end: stretch.end, etag: opened.etag, isFirst: false };
  }
}

/** What is still to be read: from `start` up to `end`, which undefined puts at the object's end. */
interface Stretch {
  readonly start: number;
  readonly end: number | undefined;
  readonly etag: string | undefined;
  readonly isFirst: boolean;
}

interface OpenStretch {
  readonly body: Readable;
  /** Offset behind the last byte that the answer announces. */
  readonly end: number;
  readonly etag: string | undefined;
  /** What is wrong with the answer, so that its body is not to be used. */
  readonly fault: Error | null;
}

function endOf(range: ReadOptions["range"]): number | undefined {
  return range?.length === undefined ? undefined : range.offset + range.length;
}

/** Null when the object ends before the stretch begins. */
async function openStretch(
  client: S3Client,
  place: S3Place,
  stretch: Stretch,
  signal: AbortSignal | undefined,
): Promise<OpenStretch | null> {
  // An empty object has no range that could be asked for.
  const isWhole = stretch.start === 0 && stretch.end === undefined;
  const command = new GetObjectCommand({
    ...place,
    ...(stretch.etag === undefined ? {} : { IfMatch: `"${stretch.etag}"` }),
    ...(isWhole ? {} : { Range: `bytes=${stretch.start}-${stretch.end === undefined ? "" : stretch.end - 1}` }),
  });
  try {
    const answer = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return checkAnswer(answer, stretch, isWhole);
  } catch (error) {
    signal?.throwIfAborted();
    if (stretch.isFirst && toFault(error).status === 416) return null;
    throw toReadError(error);
  }
}

function checkAnswer(answer: GetObjectCommandOutput, stretch: Stretch, isWhole: boolean): OpenStretch {
  const body = answer.Body as Readable;
  const etag = answer.ETag === undefined ? stretch.etag : toEtag(answer.ETag);
  const announced = isWhole ? answer.ContentLength : parseContentRange(answer, stretch);
  const fault = announced === undefined ? new Error("The answer is not the range that was asked for.") : null;
  return { body, end: announced ?? Number.POSITIVE_INFINITY, etag, fault };
}

/** Offset behind the last byte of a 206, or undefined when it is not the range asked for (RFC 9110, 14.4). */
function parseContentRange(answer: GetObjectCommandOutput, { start, end }: Stretch): number | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.ContentRange ?? "") ?? [];
  const behind = Number(last) + 1;
  const isAsked = Number(first) === start && behind === Math.min(end ?? Number.POSITIVE_INFINITY, Number(total));
  return isAsked && answer.ContentLength === behind - start ? behind : undefined;
}

/** Hands the body on as far as it comes. A body that breaks off is no error yet: the rest may come over another one. */
async function* pour(
  { body, fault }: OpenStretch,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, { poured: number; fault: unknown }> {
  if (fault !== null) {
    body.destroy();
    return { poured: 0, fault };
  }
  let poured = 0;
  try {
    for await (const chunk of body) {
      poured += chunk.length;
      yield chunk;
      signal?.throwIfAborted();
    }
    return { poured, fault: null };
  } catch (error) {
    // The SDK breaks the body off at the signal.
    signal?.throwIfAborted();
    return { poured, fault: error };
  }
}

/** What reading no byte at all must find out. */
async function checkPresence(
  client: S3Client,
  place: S3Place,
  { etag, signal }: Pick<ReadOptions, "etag" | "signal">,
): Promise<void> {
  try {
    const command = new HeadObjectCommand({ ...place, ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }) });
    await client.send(command, signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw toReadError(error);
  }
}

async function pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(millis, undefined, signal === undefined ? {} : { signal });
  } catch {
    signal?.throwIfAborted();
  }
}

function toReadError(error: unknown): StoreError {
  const { system, status } = toFault(error);
  if (status === 412) return new StoreError("stores/source-changed", undefined, { cause: error });
  if (status === 404 && system !== "NoSuchBucket") {
    return new StoreError("stores/not-found", undefined, { cause: error });
  }
  return readFailed(error);
}

function brokenOff(offset: number, end: number, cause: unknown): StoreError {
  const wanted = Number.isFinite(end) ? ` of ${end}` : "";
  const message = `The store broke off at byte ${offset}${wanted}, ${MAX_STALLS + 1} times without another byte.`;
  return new StoreError("stores/read-failed", message, { details: { offset, system: toFault(cause).system }, cause });
}
