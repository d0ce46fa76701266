import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filePath, fileStem, slugify } from "../../shared/writers/file-name.ts";

const NAMING = { folder: "mail", ordinal: 1, dateMillis: Date.UTC(2011, 0, 28, 8, 56, 56), extension: ".eml" };
const pathOf = (title: string | null, ordinal = 1): string => filePath({ ...NAMING, ordinal, titles: [title] });
const octetsOf = (text: string): number => new TextEncoder().encode(text).length;

/** One folder, one number, an instant, words: nothing that any system could take for anything else. */
const SAFE_PATH = /^mail\/\d{6,}-(?:\d{8}T\d{6}Z|undated)(?:-[\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*\.eml$/u;

describe("file names", () => {
  it.each([
    ["Hello, World!", "mail/000001-20110128T085656Z-hello-world.eml"],
    ["  RE: Größe  (2) ", "mail/000001-20110128T085656Z-re-größe-2.eml"],
    ["日本語 テスト", "mail/000001-20110128T085656Z-日本語-テスト.eml"],
    ["", "mail/000001-20110128T085656Z.eml"],
    [null, "mail/000001-20110128T085656Z.eml"],
    ["🎉🎉", "mail/000001-20110128T085656Z.eml"],
    ["../../etc/passwd", "mail/000001-20110128T085656Z-etc-passwd.eml"],
    ["..\\..\\boot.ini", "mail/000001-20110128T085656Z-boot-ini.eml"],
    ["/absolute", "mail/000001-20110128T085656Z-absolute.eml"],
    ["C:\\drive", "mail/000001-20110128T085656Z-c-drive.eml"],
    ["\\\\server\\share", "mail/000001-20110128T085656Z-server-share.eml"],
    ["nul\0in\r\nthe: middle", "mail/000001-20110128T085656Z-nul-in-the-middle.eml"],
    ["\u202Egpj.exe", "mail/000001-20110128T085656Z-gpj-exe.eml"],
    ["zero\u200Bwidth\uFEFF", "mail/000001-20110128T085656Z-zerowidth.eml"],
    ["CON", "mail/000001-20110128T085656Z-con.eml"],
    ["trailing dot.", "mail/000001-20110128T085656Z-trailing-dot.eml"],
    ["%2e%2e%2f", "mail/000001-20110128T085656Z-2e-2e-2f.eml"],
    ["e\u0301 and \u00e9", "mail/000001-20110128T085656Z-é-and-é.eml"],
    ["\u0301lone mark", "mail/000001-20110128T085656Z-lone-mark.eml"],
    ["\uD800 half", "mail/000001-20110128T085656Z-half.eml"],
  ])("%j", (title, path) => {
    expect(pathOf(title)).toBe(path);
    expect(pathOf(title)).toMatch(SAFE_PATH);
  });

  it("are unique through their number, on systems that ignore case or normal forms as well", () => {
    const twins = ["A", "a", "é", "e\u0301", "Ａ", ""].map((title, i) => pathOf(title, i + 1));
    expect(new Set(twins.map((path) => path.normalize("NFKD").toLowerCase())).size).toBe(twins.length);
  });

  it("sort by number and grow beyond six digits", () => {
    expect(pathOf("x", 1_234_567)).toBe("mail/1234567-20110128T085656Z-x.eml");
  });

  it("say undated when there is no instant that four digits of a year can tell", () => {
    for (const dateMillis of [null, Number.NaN, 9e15, Date.UTC(-1, 0), Date.UTC(10_000, 0)]) {
      expect(filePath({ ...NAMING, dateMillis, titles: ["x"] })).toBe("mail/000001-undated-x.eml");
    }
  });

  it("take the first title that leaves anything", () => {
    expect(filePath({ ...NAMING, titles: [null, "!!", "second", "third"] })).toMatch(/Z-second\.eml$/);
  });

  it.each(["a", "é", "日", "𠀀", "a b"])("of 10 000 × %j stay within 120 octets, cut between characters", (unit) => {
    const path = filePath({
      ...NAMING,
      folder: "calendar/invites",
      titles: [unit.repeat(10_000)],
      extension: ".orig.vcf",
    });
    expect(octetsOf(path)).toBeLessThanOrEqual(120);
    expect(octetsOf(path)).toBeGreaterThan(112);
    expect(path).not.toMatch(/[-.]\.orig|\uFFFD/);
  });

  it("are safe whatever the title", () => {
    const title = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ unit: "grapheme", maxLength: 300 }),
    );
    fc.assert(
      fc.property(title, fc.integer({ min: 1, max: 10_000_000 }), (text, ordinal) => {
        const path = pathOf(text, ordinal);
        expect(path).toMatch(SAFE_PATH);
        expect(octetsOf(path)).toBeLessThanOrEqual(120);
        expect(path.normalize("NFC")).toBe(path);
        expect(path).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|--/u);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("slugs and stems", () => {
  it("never end in a '-', also where they are cut", () => {
    expect(slugify("ab cd", 3)).toBe("ab");
    expect(slugify("ab cd", 0)).toBe("");
  });

  it.each([
    ["invite.ics", "invite"],
    ["a/b\\c.d.vcf", "c.d"],
    [".ics", ""],
    [null, null],
  ])("the stem of %j is %j", (name, stem) => {
    expect(fileStem(name)).toBe(stem);
  });
});
