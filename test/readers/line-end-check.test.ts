import { describe, expect, it } from "vitest";
import { LineEndCheck } from "../../shared/readers/line-end-check.ts";

/** `|` cuts, `?` is a hole. */
function check(text: string): boolean {
  const lineEnds = new LineEndCheck();
  for (const piece of text.split(/([|?])/)) {
    if (piece === "?") lineEnds.reset();
    else if (piece !== "|") lineEnds.add(new TextEncoder().encode(piece));
  }
  return lineEnds.hasBareLineEnd;
}

describe("line ends", () => {
  it.each(["", "a", "a\r\nb\r\n", "a\r|\nb", "a|\r\n", "\r\n|\r\n", "a\r?b", "a?\nb", "a\r?\nb"])(
    "%j: all are CRLF",
    (text) => {
      expect(check(text)).toBe(false);
    },
  );

  it.each(["a\nb", "a\rb", "a|\nb", "a\r|b", "a\r\r\n", "a\r|\r\n", "\r\n\n", "\r\n|\n"])("%j: one is bare", (text) => {
    expect(check(text)).toBe(true);
  });
});
