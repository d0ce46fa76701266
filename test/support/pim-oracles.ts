import ICAL from "ical.js";
import nodeIcal from "node-ical";
import { expect } from "vitest";
import { expectStrictCalendar } from "./calendar-reader.ts";
import { readCard } from "./card-reader.ts";
import { physicalLines, unfold } from "./content-text.ts";

/**
 * What every .ics and .vcf that is written must be (MAPPING.md 1), told by means other than the writer's own: by
 * ical.js and, so that no reader's mistake passes for ours, by a second reader of each format: node-ical for
 * calendars, and for cards, of which there is no strict one, a reader made of the grammar.
 */
export function expectValidPim(bytes: Uint8Array): void {
  expect([...bytes.subarray(0, 3)]).not.toEqual([0xef, 0xbb, 0xbf]);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  expect(text.endsWith("\r\n")).toBe(true);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  for (const line of physicalLines(bytes)) {
    expect(line.length).toBeLessThanOrEqual(75);
    // Each physical line is valid UTF-8 by itself: no fold inside a character.
    new TextDecoder("utf-8", { fatal: true }).decode(line);
  }
  const lines = unfold(text);
  expectBalanced(lines);
  expect(() => ICAL.parse(text)).not.toThrow();
  if (lines[0] === "BEGIN:VCALENDAR") expectCalendar(text, lines);
  else for (const card of cardsOf(lines)) readCard(card);
}

/** Both readers see the same objects with the same texts, and all zones are there once. */
function expectCalendar(text: string, lines: readonly string[]): void {
  expectStrictCalendar(lines);
  const seen = Object.values(nodeIcal.sync.parseICS(text)) as readonly Record<string, unknown>[];
  const kinds = ["VEVENT", "VTODO", "VJOURNAL"];
  const uids = new Set(seen.filter(({ type }) => kinds.includes(String(type))).map(({ uid }) => textOf(uid)));
  const calendars = [ICAL.parse(text)].flat() as unknown[];
  for (const uid of uidsOf(calendars, kinds)) expect([...uids]).toContain(uid);
}

/** node-ical gives a property with parameters as an object. */
function textOf(property: unknown): string {
  const value = typeof property === "object" && property !== null ? (property as { val?: unknown }).val : property;
  return String(value).trim();
}

function uidsOf(calendars: readonly unknown[], kinds: readonly string[]): readonly string[] {
  const components = new ICAL.Component(calendars as never).getAllSubcomponents();
  return components
    .filter(({ name }) => kinds.includes(name.toUpperCase()))
    .map((component) => String(component.getFirstPropertyValue("uid")).trim());
}

/** The lines of each card of a file. */
function cardsOf(lines: readonly string[]): readonly string[] {
  const cards: string[][] = [];
  let depth = 0;
  for (const line of lines) {
    if (line.startsWith("BEGIN:")) depth += 1;
    if (line === "BEGIN:VCARD" && depth === 1) cards.push([]);
    cards.at(-1)?.push(line);
    if (line.startsWith("END:")) depth -= 1;
  }
  return cards.map((card) => `${card.join("\r\n")}\r\n`);
}

function expectBalanced(lines: readonly string[]): void {
  const open: string[] = [];
  for (const line of lines) {
    if (line.startsWith("BEGIN:")) open.push(line.slice(6));
    if (line.startsWith("END:")) expect(open.pop()).toBe(line.slice(4));
  }
  expect(open).toEqual([]);
}
