import { describe, expect, it } from "vitest";
import { convertAll } from "../../support/convert-all.ts";
import { processorMillis } from "../../support/processor-time.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

const good = (name: string) => command("Add", name, mimeData(shortMime(name)));
const around = (bad: string) => syncXml(collection("Email", "5", good("before") + bad + good("after")));

/** Converts within 5 s, and tells what was kept and which codes were given. */
async function survive(xml: string | Uint8Array, chunkBytes = 65_536) {
  const begun = processorMillis();
  const bytes = typeof xml === "string" ? bytesOf(xml) : xml;
  const converted = await convertAll(bytes, { chunkBytes });
  expect(processorMillis() - begun).toBeLessThan(5_000);
  const titles = converted.manifest.flatMap(({ type, kind, title }) =>
    type === "file" && kind === "mail" ? [title] : [],
  );
  return { ...converted, titles, codes: Object.keys(converted.report.skips) };
}

describe("hostile Sync XML", () => {
  it.each([
    ["a bomb of entities", `<!DOCTYPE Sync [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>`, "&b;"],
    ["an external entity", `<!DOCTYPE Sync [<!ENTITY x SYSTEM "file:///etc/hostname">]>`, "&x;"],
    ["an external document type", `<!DOCTYPE Sync SYSTEM "http://example.org/sync.dtd">`, ""],
  ])("is refused with %s, and kept as it is", async (_, doctype, entity) => {
    const xml = around("").replace("?>\r\n", `?>${doctype}`).replace("before", `${entity}before`);
    const { titles, codes, files } = await survive(xml);
    expect(titles).toEqual([]);
    expect(codes).toEqual(["readers/xml-doctype"]);
    expect([...files.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual([xml]);
  });

  it.each([
    ["10 000 elements deep", "<a>".repeat(10_000) + "</a>".repeat(10_000), "readers/xml-limit"],
    [
      "of a million attributes",
      `<a ${Array.from({ length: 1_000_000 }, (_, i) => `a${i}="1"`).join(" ")}/>`,
      "readers/xml-limit",
    ],
    ["of a million elements", "<a/>".repeat(1_000_000), "readers/xml-limit"],
    ["with an unknown entity", "&nbsp;", "readers/xml-malformed"],
    ["with a character that XML forbids", "\u0001", "readers/xml-malformed"],
    ["with tags that do not match", "<a></b>", "readers/xml-malformed"],
    ["with an unbound prefix", "<nope:a/>", "readers/xml-malformed"],
  ])("loses an item %s, and only that", async (_, bad, code) => {
    const { titles, codes } = await survive(around(command("Add", "bad", `<E:Subject>${bad}</E:Subject>`)));
    expect(titles).toEqual(["before", "after"]);
    expect(codes).toEqual([code]);
  });

  it("keeps the text of a malformed item", async () => {
    const { files } = await survive(around(command("Add", "bad", "<E:Subject>&what;</E:Subject>")));
    expect(Buffer.from(files.get("unmapped/000002.xml") ?? []).toString()).toContain("<ServerId>bad</ServerId>");
  });

  it("takes a mail of 12 MB, in time that grows as the mail does", async () => {
    const { titles, report } = await survive(
      around(command("Add", "big", mimeData(shortMime("big") + "é€ a line\n".repeat(1e6)))),
    );
    expect(titles).toEqual(["before", "big", "after"]);
    expect(report.skips).toEqual({});
  });

  it("loses an item larger than the limit, and only that", async () => {
    const xml = around(command("Add", "bad", mimeData("x".repeat(300_000))));
    const converted = await convertAll(bytesOf(xml), { chunkBytes: 4096, limits: { maxSyncItemBytes: 200_000 } });
    expect(converted.report.skips).toEqual({ "readers/xml-limit": 1 });
    expect(converted.report.items.written).toBe(2);
  });

  it("loses thousands of bad items one by one, and gives up when there is no end to them", async () => {
    const bad = "<Add><ServerId>&x;</ServerId></Add>";
    const some = await survive(around(bad.repeat(4_000)));
    expect(some.titles).toEqual(["before", "after"]);
    expect(some.report.items.skipped).toBe(4_000);
    const many = await survive(around(bad.repeat(200_000)));
    expect(many.titles).toEqual(["before"]);
    expect(many.report.items.skipped).toBe(5_001);
  });

  it("keeps what is complete of XML that is cut off anywhere", async () => {
    const xml = bytesOf(around(good("middle")));
    const ends = ["before", "middle", "after"].map((name) => {
      const start = Buffer.from(xml).indexOf(`<ServerId>${name}`);
      return [name, Buffer.from(xml).indexOf("</Add>", start) + "</Add>".length] as const;
    });
    const root = Buffer.from(xml).indexOf("<Sync") + "<Sync ".length;
    for (let cut = root; cut < xml.length; cut += 1) {
      const { titles, codes } = await survive(xml.subarray(0, cut));
      expect(titles).toEqual(ends.filter(([, end]) => end <= cut).map(([name]) => name));
      expect(codes).toEqual(["readers/xml-truncated"]);
    }
  });

  it("passes over what follows the end, and reads a response behind it", async () => {
    const { titles, codes } = await survive(
      `${around("")}garbage ${around("").replaceAll("<ServerId>", "<ServerId>x")}`,
    );
    expect(titles).toEqual(["before", "after", "before", "after"]);
    expect(codes).toEqual(["readers/xml-malformed"]);
  });
});
