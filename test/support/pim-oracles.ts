import ICAL from "ical.js";
import { expect } from "vitest";

/** What every .ics and .vcf that is written must be (mapping.md 9), told by means other than the writer's own. */
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
  expectBalanced(unfold(text));
  expect(() => ICAL.parse(text)).not.toThrow();
}

/** The physical lines of a text without their CRLF. */
export function physicalLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, at - 1));
    start = at + 1;
  }
  return lines;
}

/** Content lines of a text that is folded as RFC 5545 3.1 says. */
export function unfold(text: string): readonly string[] {
  return text
    .replace(/\r\n[ \t]/g, "")
    .split("\r\n")
    .slice(0, -1);
}

function expectBalanced(lines: readonly string[]): void {
  const open: string[] = [];
  for (const line of lines) {
    if (line.startsWith("BEGIN:")) open.push(line.slice(6));
    if (line.startsWith("END:")) expect(open.pop()).toBe(line.slice(4));
  }
  expect(open).toEqual([]);
}
