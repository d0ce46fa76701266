import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maildirFolder, maildirName } from "../../../shared/writers/packs/maildir-name.ts";
import { encodeModifiedUtf7 } from "../../../shared/writers/packs/modified-utf7.ts";

/** Undoes modified UTF-7. */
function decode(name: string): string {
  return name.replace(/&([^-]*)-/g, (_, digits: string) => {
    if (digits === "") return "&";
    const bytes = Buffer.from(digits.replaceAll(",", "/"), "base64");
    return Array.from({ length: bytes.length / 2 }, (_unit, at) =>
      String.fromCharCode(bytes.readUInt16BE(at * 2)),
    ).join("");
  });
}

describe("encodeModifiedUtf7", () => {
  it.each([
    ["Inbox", "Inbox"],
    ["台北", "&U,BTFw-"],
    ["日本語", "&ZeVnLIqe-"],
    ["~peter/mail", "&AH4-peter&AC8-mail"],
    ["Entwürfe", "Entw&APw-rfe"],
    ["A & B", "A &- B"],
    ["😀", "&2D3eAA-"],
    ["", ""],
  ])("writes %j as %s", (name, expected) => {
    expect(encodeModifiedUtf7(name)).toBe(expected);
  });

  it("gives names of plain characters only, from which the name can be had back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const encoded = encodeModifiedUtf7(name);
        expect(encoded).toMatch(/^[ !#-),+0-9;=@-[\]^-{}-]*$/);
        expect(encoded).not.toMatch(/[./\\:*?"<>|~]/);
        expect(decode(encoded)).toBe(name);
      }),
    );
  });
});

describe("maildirFolder", () => {
  it.each([
    [null, ""],
    ["Inbox", ""],
    ["INBOX", ""],
    ["Inbox/Sub", ".Inbox.Sub"],
    ["Work/2011/a%2Fb", ".Work.2011.a&AC8-b"],
    ["v1.2", ".v1&AC4-2"],
    ["../..", ".&AC4ALg-.&AC4ALg-"],
    ["", "._"],
    [" ", "._"],
  ])("of %j is %j", (folder, expected) => {
    expect(maildirFolder(folder)).toBe(expected);
  });

  it("never is longer than a file system takes, and is never the same for two long names", () => {
    const [one, two] = [maildirFolder(`${"ü".repeat(300)}1`), maildirFolder(`${"ü".repeat(300)}2`)];
    expect(one.length).toBeLessThanOrEqual(200);
    expect(one).not.toBe(two);
  });
});

describe("maildirName", () => {
  const state = {
    seen: true,
    flagged: true,
    answered: true,
    forwarded: true,
    draft: true,
    junk: false,
    importance: null,
    sensitivity: null,
    categories: [],
    dateReceivedMillis: null,
  };

  it("has the flags that are known, in ASCII order", () => {
    expect(maildirName(1_296_205_017_999, 7, state)).toBe("1296205017.000007.hu01:2,DFPRS");
    expect(maildirName(1_296_205_017_000, 7, { ...state, draft: false, forwarded: false })).toBe(
      "1296205017.000007.hu01:2,FRS",
    );
    expect(maildirName(1_296_205_017_000, 7, null)).toBe("1296205017.000007.hu01:2,");
  });

  it("counts what has no date, or one before 1970, as 1970", () => {
    expect(maildirName(null, 1, null)).toBe("0.000001.hu01:2,");
    expect(maildirName(-5, 1, null)).toBe("0.000001.hu01:2,");
  });
});
