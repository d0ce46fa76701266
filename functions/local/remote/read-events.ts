import { createParser, type EventSourceMessage } from "eventsource-parser";

const EVENT_STREAM = "text/event-stream";
/** One event holds one job, which is a few kilobytes. */
const MAX_BUFFERED_CHARACTERS = 1_000_000;

/** True for an answer that is a stream of events. */
export function isEventStream({ ok, headers }: Response): boolean {
  return ok && (headers.get("content-type") ?? "").startsWith(EVENT_STREAM);
}

/**
 * The server-sent events of an answer, until it ends (HTML, server-sent events).
 *
 * @throws TypeError when the connection breaks, or is silent for minutes
 */
export async function* readEvents({ body }: Response): AsyncGenerator<EventSourceMessage> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    maxBufferSize: MAX_BUFFERED_CHARACTERS,
  });
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* events.splice(0);
  }
}
