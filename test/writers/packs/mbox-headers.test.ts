import { describe, expect, it } from "vitest";
import type { MailState, SyncFacts } from "../../../shared/items/sync-facts.ts";
import { mboxHeaderLines } from "../../../shared/writers/packs/mbox-headers.ts";

const NOTHING: MailState = {
  seen: false,
  flagged: false,
  answered: false,
  forwarded: false,
  draft: false,
  junk: false,
  importance: null,
  sensitivity: null,
  categories: [],
  dateReceivedMillis: null,
};

function headers(state: Partial<MailState>, folder: string | null = null): Record<string, string> {
  const facts: SyncFacts = {
    itemClass: "Email",
    collectionId: "c",
    serverId: "s",
    folder,
    mail: { ...NOTHING, ...state },
  };
  const lines = mboxHeaderLines(facts, "\r\n").replaceAll("\r\n ", " ").split("\r\n").slice(0, -1);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
}

describe("mboxHeaderLines", () => {
  it("tells an unread message from a read one", () => {
    expect(headers({})).toEqual({
      "X-Mozilla-Status": "0000",
      "X-Mozilla-Status2": "00000000",
      Status: "O",
      "X-Gmail-Labels": "Unread",
    });
    expect(headers({ seen: true })).toMatchObject({
      "X-Mozilla-Status": "0001",
      Status: "RO",
      "X-Gmail-Labels": "Opened",
    });
  });

  it("has a bit, a letter or a word for everything that a server knows", () => {
    const all = { seen: true, flagged: true, answered: true, forwarded: true, draft: true, junk: true };
    expect(headers(all, "Inbox")).toEqual({
      "X-Mozilla-Status": "1007",
      "X-Mozilla-Status2": "00000000",
      "X-Mozilla-Keys": "$Forwarded $Junk",
      Status: "RO",
      "X-Status": "AFT",
      "X-Keywords": "$Forwarded $Junk",
      "X-Gmail-Labels": "Inbox,Opened,Starred",
    });
  });

  it("lets no category begin a header field of its own", () => {
    const state = { categories: ["a\r\nBcc: x@example.org", "b\nX: y", "\u0000", "c,d", 'e"f'] };
    const told = headers(state);
    expect(Object.keys(told)).toEqual([
      "X-Mozilla-Status",
      "X-Mozilla-Status2",
      "X-Mozilla-Keys",
      "Status",
      "X-Keywords",
      "X-Gmail-Labels",
    ]);
    expect(told["X-Keywords"]).toBe("a_Bcc&ADo-_x@example&AC4-org b_X&ADo-_y c,d e&ACI-f");
  });

  it("encodes labels that are not US-ASCII, in words of at most 75 characters", () => {
    const category = "Überfällig ".repeat(12).trim();
    const facts: SyncFacts = {
      itemClass: "Email",
      collectionId: "c",
      serverId: "s",
      folder: "Größe",
      mail: { ...NOTHING, categories: [category] },
    };
    const [, value = ""] = /X-Gmail-Labels: (.*)\n$/s.exec(mboxHeaderLines(facts, "\n")) ?? [];
    const words = value.split("\n ");
    for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
    const octets = words.map((word) => Buffer.from(word.slice("=?UTF-8?B?".length, -2), "base64"));
    expect(Buffer.concat(octets).toString("utf8")).toBe(`Größe,${category},Unread`);
  });

  it("keeps every line below the 998 characters of RFC 5322, however many categories there are", () => {
    const categories = Array.from({ length: 500 }, (_, index) => `category ${index}`);
    for (const value of Object.values(headers({ categories }))) expect(value.length).toBeLessThan(970);
  });

  it("says nothing of what is no mail", () => {
    const facts: SyncFacts = { itemClass: "Calendar", collectionId: "c", serverId: "s", folder: null, mail: null };
    expect(mboxHeaderLines(facts, "\r\n")).toBe("");
  });
});
