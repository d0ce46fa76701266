import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys } from "../../functions/stores/key-order.ts";

describe("compareKeys", () => {
  const letter = fc.constantFrom(
    "",
    "a",
    "b",
    "/",
    "é",
    "\u07ff",
    "\ud7ff",
    "\ue000",
    "～",
    "\uffff",
    "🦉",
    "\u{10ffff}",
  );
  const key = fc.array(letter, { maxLength: 4 }).map((letters) => letters.join(""));

  it("sorts as the UTF-8 bytes do", () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareKeys(left, right))).toBe(bytes);
      }),
      { numRuns: 5_000 },
    );
  });
});
