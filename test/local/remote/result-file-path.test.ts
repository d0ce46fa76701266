import { isAbsolute, normalize, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkResultFilePath } from "../../../functions/local/remote/result-file-path.ts";
import { hasCode } from "../../../shared/errors.ts";

const isTaken = (path: string) => {
  try {
    return checkResultFilePath(path) === path;
  } catch (error) {
    if (hasCode(error, "cli/path-unsafe")) return false;
    throw error;
  }
};

describe("the path of a result file", () => {
  it.each([
    "report.json",
    "mail/000001-20110128T085656Z-tea-on-friday.eml",
    "mail/Grüße 🦉/000001-a.partial.eml",
    "console/auxiliary.eml",
  ])("is taken as the service names it: %j", (path) => expect(isTaken(path)).toBe(true));

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/../b",
    "a/./b",
    "..\\b",
    "\\\\host\\share",
    "C:\\a",
    "C:a",
    "a:stream",
    "a\0b",
    "a\nb",
    "a\u0085b",
    "a\ud800b",
    "a./b",
    "a /b",
    "CON",
    "mail/nul.eml",
    "mail/COM1",
    "lpt³.txt",
    "a?b",
    "a*",
    'a"b',
    "a|b",
    "x".repeat(256),
    "x/".repeat(600),
  ])("is refused: %j", (path) => expect(isTaken(path)).toBe(false));

  it("leads down on every system, whatever the service says", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("..", ".", "/", "\\", "C:", "a", "\0", "%2e"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom("", "/"), (pieces, glue) => {
        const path = pieces.join(glue);
        fc.pre(isTaken(path));
        for (const system of [{ normalize, isAbsolute }, win32]) {
          expect(system.isAbsolute(path)).toBe(false);
          expect(system.normalize(path).split(/[/\\]/u)).not.toContain("..");
        }
      }),
    );
  });
});
