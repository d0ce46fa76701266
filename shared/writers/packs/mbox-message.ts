import type { ByteSource } from "../../bytes/byte-source.ts";
import { peekSource } from "../../bytes/peek-source.ts";
import type { SyncFacts } from "../../items/sync-facts.ts";
import { envelopeSender } from "./envelope-sender.ts";
import { mboxHeaderLines } from "./mbox-headers.ts";
import { MboxQuoting } from "./mbox-quoting.ts";

/** Looked at for the sender; fields behind that do not count. */
const HEAD_BYTES = 65_536;
const LF = 0x0a;
const CR = 0x0d;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What an mbox says of a message beside its bytes. */
export interface MboxFacts {
  /** What it is dated, in milliseconds since 1970 UTC, or null. */
  readonly millis: number | null;
  /** What the server knew of it, to be told in header fields; null when they are not wanted or nothing is known. */
  readonly told: SyncFacts | null;
}

/**
 * A message as it stands in an mbox (mboxrd): From_ line, the message with `From ` lines quoted, blank line.
 *
 * The message keeps its own line ends, so reading it back gives its very bytes. The lines that are no part of it end in
 * LF, since what takes an mbox apart by LF (Python, mutt) would count the CR of a blank line to the message, while
 * what takes CRLF (Thunderbird) takes LF too. A last line without an end gets LF.
 */
export async function* mboxMessage(content: ByteSource, { millis, told }: MboxFacts): AsyncGenerator<Uint8Array> {
  const { prefix, source } = await peekSource(content, HEAD_BYTES);
  // Begun at once: a generator that was never begun closes nothing.
  let next = await source.next();
  try {
    yield text(`From ${envelopeSender(prefix)} ${asctime(millis)}\n`);
    if (told !== null) yield text(mboxHeaderLines(told, lineEndOf(prefix)));
    const quoting = new MboxQuoting();
    let last: number = LF;
    for (; !next.done; next = await source.next()) {
      last = next.value.at(-1) ?? last;
      yield* quoting.take(next.value);
    }
    const rest = quoting.end();
    if (rest.length > 0) yield rest;
    yield text(last === LF ? "\n" : "\n\n");
  } finally {
    await source.return(undefined);
  }
}

function lineEndOf(head: Uint8Array): string {
  const end = head.indexOf(LF);
  return end > 0 && head[end - 1] !== CR ? "\n" : "\r\n";
}

/** `Fri Jan 28 08:56:56 2011` in UTC (RFC 4155); 1970 for no date and for years that four digits cannot tell. */
function asctime(millis: number | null): string {
  const given = new Date(millis ?? 0);
  const year = given.getUTCFullYear();
  const date = year >= 1 && year <= 9999 ? given : new Date(0);
  const day = String(date.getUTCDate()).padStart(2, " ");
  const time = date.toISOString().slice(-13, -5);
  const four = String(date.getUTCFullYear()).padStart(4, "0");
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time} ${four}`;
}

const text = (line: string): Uint8Array => new TextEncoder().encode(line);
