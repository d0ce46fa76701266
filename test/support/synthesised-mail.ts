import PostalMime, { type Email } from "postal-mime";
import { expect } from "vitest";
import type { SyncElement } from "../../shared/mapping/sync-element.ts";
import { type MeetingPart, synthesiseMessage } from "../../shared/mapping/synthesise-message.ts";
import { readSegments, segmentsOf } from "./mime-samples.ts";
import { applicationData, el, mapContext } from "./sync-elements.ts";

/** What every case says besides what it is about. */
const USUAL = { DateReceived: "2011-03-14T09:00:00.000Z", From: "a@example.org" };

interface Synthesised {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Header lines, unfolded. */
  readonly head: readonly string[];
  readonly warnings: readonly string[];
  readonly subject: string | null;
  readonly dateMillis: number | null;
  /** The message as an independent library reads it. */
  readonly email: Email;
}

/**
 * Makes a message of the item `m1` of collection `1`, checks all that every one must be, and reads it back.
 *
 * @param more children beside those named by `fields`, for elements that stand twice
 */
export async function synthesised(
  fields: Readonly<Record<string, string | readonly SyncElement[]>>,
  options: { readonly fallbackMillis?: number; readonly meeting?: MeetingPart } = {},
  more: readonly SyncElement[] = [],
): Promise<Synthesised> {
  const data = el("ApplicationData", [...applicationData({ ...USUAL, ...fields }).children, ...more]);
  const context = mapContext("1", "m1", {}, options.fallbackMillis ?? null);
  const made = synthesiseMessage(data, context, options.meeting ?? null);
  expect(synthesiseMessage(data, context, options.meeting ?? null).bytes).toEqual(made.bytes);
  const text = new TextDecoder("utf-8", { fatal: true }).decode(made.bytes);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  await expectReadable(made.bytes, made.subject);
  const email = await PostalMime.parse(made.bytes);
  return { ...made, text, head: head.replace(/\r\n(?=[ \t])/g, "").split("\r\n"), email };
}

/** The converter's own reader finds the same subject and keeps every byte. */
async function expectReadable(bytes: Uint8Array, subject: string | null): Promise<void> {
  const { files, findings } = await readSegments(segmentsOf(bytes, 511));
  expect(findings[0]).toMatchObject({ kind: "mail", subject });
  expect(Buffer.compare(files[0]?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
}

/** Names of the headers, in order. */
export function headerNames(head: readonly string[]): readonly string[] {
  return head.map((line) => line.slice(0, line.indexOf(":")));
}
