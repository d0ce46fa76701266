import { describe, expect, it } from "vitest";
import { isAddrSpec, parseMailAddress } from "../../shared/mapping/mail-address.ts";
import { itemHash, itemUuid, syntheticUid } from "../../shared/mapping/stable-id.ts";
import { synthesiseMessage } from "../../shared/mapping/synthesise-message.ts";
import { formatUtc, parseWireMillis } from "../../shared/mapping/wire-date.ts";
import { processorMillis } from "../support/processor-time.ts";
import { applicationData, mapContext } from "../support/sync-elements.ts";

describe("dates of the wire", () => {
  it.each([
    ["20110314T090000Z", "20110314T090000Z"],
    ["2011-03-14T09:00:00.000Z", "20110314T090000Z"],
    ["2011-03-14T09:00:00Z", "20110314T090000Z"],
    [" 2011-03-14T09:00:00 ", "20110314T090000Z"],
    ["20110314T090000.5Z", "20110314T090000Z"],
    ["20110314", "20110314T000000Z"],
    ["2011-03-14T09:00:00+02:00", "20110314T070000Z"],
    ["0001-01-01T00:00:00Z", "00010101T000000Z"],
    ["2012-02-29", "20120229T000000Z"],
  ])("%s is understood", (text, utc) => {
    expect(formatUtc(parseWireMillis(text) ?? Number.NaN)).toBe(utc);
  });

  it.each([
    "",
    "x",
    "2011-02-29",
    "2011-13-01",
    "2011-00-10",
    "20110314T250000Z",
    "2011-03-14T09:00",
    "20110314T090000Zjunk",
  ])("%s is none", (text) => {
    expect(parseWireMillis(text)).toBeNull();
  });
});

describe("mail addresses", () => {
  it.each([
    ["a@b.c", "a@b.c", null],
    ["MAILTO:m@x.org", "m@x.org", null],
    ['"N, M" <n@x.org>', "n@x.org", "N, M"],
    ["N <n@x.org", "n@x.org", "N"],
    ['"say \\"x\\"" <mailto:n@x.org>', "n@x.org", 'say "x"'],
    ["jörg@müller.de", "jörg@müller.de", null],
    ['"a b"@x.org', '"a b"@x.org', null],
    ["u@[127.0.0.1]", "u@[127.0.0.1]", null],
  ])("are found in %s", (text, address, name) => {
    expect(parseMailAddress(text)).toEqual({ address, name });
  });

  it.each([
    "",
    "Ghost",
    "/o=ORG/ou=X/cn=Y",
    "/O=ORG/cn=a@b.c",
    "a@",
    "@b",
    "a b@c.d",
    "a@b..c",
    "a@b\r\nX: y",
    "a@b@c",
  ])("are not seen in %s", (text) => {
    expect(parseMailAddress(text)).toBeNull();
    expect(isAddrSpec(text)).toBe(false);
  });
});

describe("ids made of the source's", () => {
  it.each([
    ["2", "2:17", "514579e3930e32c8ce0004b8ce4f9f1e"],
    ["6", "6:3", "460b5e34a3c68884e445d3fe21491508"],
    ["7", "7:1", "6d35c5a12dcfec28408edcee1776d870"],
    ["8", "8:1", "2ba854a7cd476b6299a38ffd8b85deff"],
    ["1", "m1", "e9be24b1324ee9761dafba3a1b74dd7f"],
  ])("are those of the specification for %s and %s", (collectionId, serverId, hash) => {
    const ids = { collectionId, serverId };
    expect(itemHash(ids)).toBe(hash);
    expect(syntheticUid(ids)).toBe(`${hash}@hu01.invalid`);
    expect(itemUuid(ids).replaceAll("-", "")).toBe(hash);
    expect(itemHash(ids, "alternative")).not.toBe(hash);
  });
});

describe("fields of any size", () => {
  it.each([
    ["100 000 addresses", { To: "Name, <a@b.c>; ".repeat(100_000) }],
    ["an address list of quotes", { To: '"'.repeat(300_001) }],
    ["an address list of brackets", { To: "<(".repeat(200_000) }],
    ["a subject of 300 000 characters", { Subject: "é ".repeat(150_000) }],
    ["a subject of encoded words", { Subject: "=?utf-8?q?a?= ".repeat(50_000) }],
    ["a subject of beginnings of them", { Subject: "=?".repeat(300_000) }],
    ["a body of one long line", { Body: "=".repeat(2_000_000) }],
  ])("take time that grows with the length only: %s", (_name, fields) => {
    const start = processorMillis();
    synthesiseMessage(applicationData(fields), mapContext("1", "m1"));
    expect(processorMillis() - start).toBeLessThan(4000);
  });
});
