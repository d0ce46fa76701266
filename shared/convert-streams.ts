import { streamsDone } from "./begin-again.ts";
import type { Gap } from "./bytes/segment.ts";
import { skippedSource } from "./convert-members.ts";
import { readPayload } from "./convert-payload.ts";
import { CodecError, hasCode } from "./errors.ts";
import { decodeSettledArchive, type SettledStart } from "./hu01/settle-gaps.ts";
import type { Outcome } from "./items/outcome.ts";
import { type JourneyRun, milestoneAt } from "./journey-run.ts";
import type { OpenSource } from "./open-members.ts";
import type { PayloadKind } from "./payload/payload-kind.ts";
import { sniffPayload } from "./payload/sniff-payload.ts";
import type { Payload } from "./readers/read-items.ts";
import { placeOf, StreamReader } from "./stream-reader.ts";

/**
 * Converts HU01 streams: the archive's own, or those of a member of a carrier.
 *
 * @throws CodecError hu01/not-an-archive, hu01/nothing-recovered (of the archive itself; in a carrier they are skips),
 *   hu01/output-too-large
 */
export async function* convertStreams(source: OpenSource, run: JourneyRun): AsyncGenerator<Outcome> {
  const isRoot = source.member === null;
  const done = isRoot ? streamsDone(run.start) : undefined;
  // The limit of bytes is that of the job, whatever carries them.
  const resume = done ?? { archiveOffset: 0, streams: 0, decodedBytes: run.decodedBytes };
  const decoding = { limits: run.limits, carve: run.options.carve, blockDecoder: source.blockDecoder, resume };
  const events = decodeSettledArchive(source, decoding);
  const first = run.payloads - resume.streams;
  // No milestone stands before the first good stream.
  let anyGood = done !== undefined;
  let lastGap: Gap | undefined;
  try {
    for (;;) {
      const next = await events.next();
      if (next.done) break;
      const event = next.value;
      if (event.kind === "foreign") yield { outcome: "foreign", stream: null, ...placeOf(event) };
      if (event.kind !== "stream-start") continue;
      anyGood ||= event.decodedBytes > 0 || event.gaps.length === 0;
      lastGap = event.gaps[0] ?? lastGap;
      run.payloads++;
      const start = { ...event, index: first + event.index };
      const archiveOffset = yield* convertStream(start, new StreamReader(start, events, run.tally), run);
      run.decodedBytes += event.decodedBytes;
      if (isRoot && anyGood) yield* milestoneAt({ archiveOffset, members: [] }, run);
    }
  } catch (error) {
    if (isRoot || !hasCode(error, "hu01/not-an-archive")) throw error;
    yield skippedSource(run.numbers, "readers/member-unrecognised");
  } finally {
    await events.return(undefined);
  }
  // Inside a carrier the lost streams are skips, and the other members are not touched by them.
  if (!anyGood && isRoot) throw nothingRecovered(lastGap);
}

/** @returns the offset of the archive behind the stream */
async function* convertStream(
  start: SettledStart,
  stream: StreamReader,
  run: JourneyRun,
): AsyncGenerator<Outcome, number> {
  const { limits, numbers } = run;
  const { kind, segments } = await sniffPayload(stream.segments(), limits);
  const payload: Payload = {
    kind: kindOf(kind, start),
    segments,
    stream: start.index,
    declaredBytes: start.declaredBytes,
    decodedBytes: start.decodedBytes,
    survey: start.declaredBytes > limits.maxBufferedItemBytes || start.header === null ? { gaps: start.gaps } : null,
    sync: kind === "sync-xml" ? await run.sync.surveyed() : undefined,
  };
  if (start.decodedBytes > 0) {
    for await (const outcome of readPayload(payload, stream.origin, run)) {
      yield* stream.takeNoted();
      yield outcome;
    }
  }
  // A reader may leave before the end; the sums need every block.
  for await (const _rest of segments);
  yield* stream.takeNoted();
  const lost = start.gaps[0];
  if (start.decodedBytes === 0 && lost !== undefined) yield numbers.lostStream(stream.origin, start, lost.code);
  const ended = stream.ended();
  yield ended;
  return ended.stream.archiveOffset + ended.stream.archiveLength;
}

/** Every known stream holds one message, so a stream whose beginning is lost is taken for the rest of one. */
function kindOf(sniffed: PayloadKind, start: SettledStart): PayloadKind {
  const beginningLost = start.gaps[0]?.outputOffset === 0;
  return sniffed === "unknown" && beginningLost ? "message" : sniffed;
}

function nothingRecovered(gap: Gap | undefined): CodecError {
  if (gap === undefined) return new CodecError("hu01/nothing-recovered");
  const { archiveOffset, missingBytes, code } = gap;
  const message = `Not one block could be decoded; ${missingBytes} bytes are missing (${code} at byte ${archiveOffset}).`;
  return new CodecError("hu01/nothing-recovered", message, { details: { archiveOffset, missingBytes } });
}
