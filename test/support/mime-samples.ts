import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { Gap, Segment } from "../../shared/bytes/segment.ts";
import type { Finding, Item } from "../../shared/items/item.ts";
import { DEFAULT_LIMITS, type Limits } from "../../shared/limits.ts";
import { sniffPayload } from "../../shared/payload/sniff-payload.ts";
import { readItems } from "../../shared/readers/read-items.ts";
import { writeItem } from "../../shared/writers/write-item.ts";
import { expectValidResult } from "./valid-results.ts";

/** A file that came out, and what it came from. */
export interface ReadFile {
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly item: Item;
}

export interface ReadResult {
  readonly findings: readonly Finding[];
  readonly files: readonly ReadFile[];
}

/** A message of one header and a body, with CRLF line ends throughout. */
export function message(headers: readonly string[], body: string): string {
  const all = ["Received: from a by b; Fri, 28 Jan 2011 08:56:56 +0000", "From: a@example.org", ...headers];
  return `${all.join("\r\n")}\r\n\r\n${body}`;
}

/** A multipart message whose parts are written out whole (header, blank line, body). */
export function multipart(parts: readonly string[], subtype = "mixed", boundary = "=_outer"): string {
  const headers = ["MIME-Version: 1.0", `Content-Type: multipart/${subtype}; boundary="${boundary}"`];
  return message(headers, joinParts(parts, boundary));
}

/** The body of a multipart. */
export function joinParts(parts: readonly string[], boundary: string): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

/** One part. */
export function part(headers: readonly string[], body: string): string {
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** A whole VCALENDAR around the given lines. */
export function calendar(lines: readonly string[], method: string | null = null): string {
  const head = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    ...(method === null ? [] : [`METHOD:${method}`]),
  ];
  return `${[...head, ...lines, "END:VCALENDAR"].join("\r\n")}\r\n`;
}

/** The lines of a VEVENT that lacks nothing. */
export function event(uid: string, more: readonly string[] = []): readonly string[] {
  const required = [`UID:${uid}`, "DTSTAMP:20110128T085656Z", "DTSTART:20110201T090000Z"];
  return ["BEGIN:VEVENT", ...required, ...more, "END:VEVENT"];
}

export const base64Lines = (text: string | Uint8Array): string =>
  (
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\r\n");

export const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

/** Bytes as one block's segments of a size. */
export function* segmentsOf(bytes: Uint8Array, size = 65_536): Generator<Segment> {
  for (let at = 0; at < bytes.length; at += size) {
    yield { kind: "bytes", bytes: bytes.slice(at, at + size), outputOffset: at, block: Math.floor(at / 65_536) };
  }
}

export function gapAt(outputOffset: number, missingBytes: number): Gap {
  const place = { archiveOffset: 40, archiveLength: 20, outputOffset, missingBytes };
  return { kind: "gap", code: "hu01/block-checksum-mismatch", ...place, exact: true };
}

/** Bytes with holes: each `[start, end)` is missing. */
export function* segmentsWithHoles(
  bytes: Uint8Array,
  holes: readonly (readonly [number, number])[],
): Generator<Segment> {
  let at = 0;
  for (const [start, end] of holes) {
    if (start > at) yield { kind: "bytes", bytes: bytes.slice(at, start), outputOffset: at, block: 0 };
    yield gapAt(start, end - start);
    at = end;
  }
  if (at < bytes.length) yield { kind: "bytes", bytes: bytes.slice(at), outputOffset: at, block: 0 };
}

/** The same segments, one after the other. */
export async function* asAsync(segments: Iterable<Segment>): AsyncGenerator<Segment> {
  yield* segments;
}

/**
 * Sniffs, reads and writes segments the way the journey does: the content of a file is consumed before the next finding
 * is asked for. Every .ics and .vcf is checked by the oracles.
 */
export async function readSegments(
  segments: Iterable<Segment> | AsyncIterable<Segment>,
  overrides: Partial<Limits> = {},
  survey: { readonly gaps: readonly Gap[] } | null = null,
): Promise<ReadResult> {
  const limits = { ...DEFAULT_LIMITS, ...overrides };
  const source = Symbol.asyncIterator in segments ? segments : asAsync(segments);
  const sniffed = await sniffPayload(source, limits);
  const findings: Finding[] = [];
  const files: ReadFile[] = [];
  for await (const finding of readItems({ ...sniffed, stream: 0, declaredBytes: null, survey }, limits)) {
    findings.push(finding);
    if (finding.kind === "skipped" || finding.kind === "deleted" || finding.kind === "duplicate") continue;
    files.push(...(await readFiles(finding, findings.length)));
  }
  return { findings, files };
}

async function readFiles(item: Item, ordinal: number): Promise<readonly ReadFile[]> {
  const files: ReadFile[] = [];
  for (const { path, mediaType, content } of writeItem(item, ordinal)) {
    const bytes = await collectBytes(content);
    expectValidResult(path, bytes);
    files.push({ path, mediaType, bytes, text: new TextDecoder().decode(bytes), item });
  }
  return files;
}

/** `readSegments` for a text (one byte per character up to U+00FF when `latin1` bytes are given instead). */
export function readText(text: string | Uint8Array, overrides: Partial<Limits> = {}): Promise<ReadResult> {
  return readSegments(segmentsOf(typeof text === "string" ? new TextEncoder().encode(text) : text), overrides);
}

/** The files that end so. */
export const filesEnding = (result: ReadResult, extension: string): readonly ReadFile[] =>
  result.files.filter((file) => file.path.endsWith(extension));

/** Codes of the skipped findings, in order. */
export const skippedCodes = (result: ReadResult): readonly string[] =>
  result.findings.flatMap((finding) => (finding.kind === "skipped" ? [finding.code] : []));
