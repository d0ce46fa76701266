import { binaryBytes } from "../../bytes/binary-string.ts";
import { createTransferDecoder } from "../../bytes/transfer-encoding.ts";
import type { Limits } from "../../limits.ts";
import { findDumpTitle } from "../../payload/base64-log.ts";
import type { Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";

/** Dumped lines have 72 characters; one of a thousand is no line of a dump. */
const MAX_DUMP_LINE_BYTES = 1024;
const DUMP_LINE = /^[ \t]*[A-Za-z0-9+/]+={0,2}[ \t]*\r?\n?$/;
const BLANK_LINE = /^[ \t]*\r?\n$/;

/**
 * Reads a log of jdeltasync: one member for each HU01 stream that it dumps as base64, in lines of 72 characters behind
 * the line that names the message. A dump ends at the first line that is not base64; damage inside a line is left to
 * the decoder of the stream. A title without a dump is a skip.
 */
export async function* readBase64Log(input: CarrierInput, limits: Limits): AsyncGenerator<Member | SkippedMember> {
  for (;;) {
    const line = await input.passLine(limits.maxSniffBytes);
    if (line === "") return;
    const id = findDumpTitle(line);
    if (id === null) continue;
    const name = `message ${id}`;
    const first = await passBlankLines(input);
    if (!beginsDump(first)) yield { kind: "skip", name, code: "readers/carrier-damaged" };
    else yield { kind: "member", name, bytes: decodeDump(input) };
  }
}

/** @returns the next line that is not blank, not passed */
async function passBlankLines(input: CarrierInput): Promise<string> {
  for (;;) {
    const line = await input.peekLine(MAX_DUMP_LINE_BYTES);
    if (!BLANK_LINE.test(line)) return line;
    input.passFraming(line.length);
  }
}

/** A word is base64 too, so what begins a dump has at least one group of digits. */
function beginsDump(line: string): boolean {
  return isDumpLine(line) && line.trim().length >= 4;
}

const isDumpLine = (line: string): boolean => DUMP_LINE.test(line) || isDamagedLine(line);

/** A full line in which few characters are not base64: the damage of a log that was edited or mailed around. */
function isDamagedLine(line: string): boolean {
  const text = line.trim();
  if (text.length < 64 || text.length > 76 || /\s/.test(text)) return false;
  return text.replace(/[A-Za-z0-9+/=]/g, "").length <= 4;
}

async function* decodeDump(input: CarrierInput): AsyncGenerator<Uint8Array> {
  const decoder = createTransferDecoder("base64");
  let width = 0;
  let previous = 0;
  for (;;) {
    const line = await input.peekLine(MAX_DUMP_LINE_BYTES);
    const { length } = line.trim();
    // Behind a short line, which is the last one or a damaged one, only a full line belongs to the dump.
    if (!isDumpLine(line) || (previous < width && length !== width)) break;
    width ||= length;
    previous = length;
    input.passCarried(line.length);
    // What was overwritten keeps its place as a zero digit, so that the bytes behind it keep theirs.
    yield decoder.write(binaryBytes(line.trim().replace(/[^A-Za-z0-9+/=]/g, "A")));
  }
  yield decoder.end();
}
