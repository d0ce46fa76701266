import { describe, expect, it } from "vitest";
import { convertInProcess } from "./support/convert-in-process.ts";
import { makeArchive } from "./support/make-archive.ts";
import { makeTar } from "./support/make-carriers.ts";
import { calendar, event, message, multipart, part } from "./support/mime-samples.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "./support/sync-samples.ts";

/** What a job of one hostile input may cost. */
const [MAX_MILLIS, MAX_BYTES] = [5_000, 256 * 1024 ** 2];
const good = (name: string) => makeArchive(bytesOf(shortMime(name).replaceAll("\n", "\r\n")));
const mail = (name: string) => command("Add", name, mimeData(shortMime(name)));
const emails = (bad: string) => syncXml(collection("Email", "5", mail("item before") + bad + mail("item behind")));
const withDoctype = (doctype: string, entity: string) =>
  emails(command("Add", "bad", `<E:Subject>${entity}</E:Subject>`)).replace("?>\r\n", `?>${doctype}`);
const addresses = (separator: string) =>
  Array.from({ length: 100_000 }, (_, index) => `person${index}@example.org`).join(separator);
const invited = part(["Content-Type: text/calendar"], calendar(event("1", ["SUMMARY:invited"])));

interface Case {
  readonly name: string;
  readonly make: () => string;
  readonly codes: readonly string[];
  /** Titles of what is kept inside of it, in order. */
  readonly kept: readonly string[];
}

const ITEMS = ["item before", "item behind"];
const XML: readonly Case[] = [
  {
    name: "a bomb of entities",
    make: () =>
      withDoctype(
        `<!DOCTYPE Sync [<!ENTITY a0 "lol">${Array.from({ length: 12 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join("")}]>`,
        "&a12;",
      ),
    codes: ["readers/xml-doctype"],
    kept: [],
  },
  {
    name: "an external entity",
    make: () => withDoctype('<!DOCTYPE Sync [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
    codes: ["readers/xml-doctype"],
    kept: [],
  },
  {
    name: "an external document type",
    make: () => withDoctype('<!DOCTYPE Sync SYSTEM "http://example.org/sync.dtd">', ""),
    codes: ["readers/xml-doctype"],
    kept: [],
  },
  {
    name: "XML 10 000 deep",
    make: () => emails(command("Add", "bad", "<a>".repeat(10_000) + "</a>".repeat(10_000))),
    codes: ["readers/xml-limit"],
    kept: ITEMS,
  },
  {
    name: "an entity that nobody declared",
    make: () => emails(command("Add", "bad", "<E:Subject>&b;</E:Subject>")),
    codes: ["readers/xml-malformed"],
    kept: ITEMS,
  },
  {
    name: "100 000 addresses in an item",
    make: () => emails(command("Add", "m", `<E:Subject>item of many</E:Subject><E:To>${addresses(", ")}</E:To>`)),
    codes: ["readers/mime-limit"],
    kept: ["item before", "item of many", "item behind"],
  },
];
const MIME: readonly Case[] = [
  {
    name: "100 000 nested messages",
    make: () =>
      message(
        ["Subject: hostile", "Content-Type: message/rfc822"],
        "Content-Type: message/rfc822\r\n\r\n".repeat(100_000),
      ),
    codes: ["readers/mime-limit"],
    kept: ["hostile"],
  },
  {
    name: "a million empty parts behind a calendar",
    make: () => multipart([invited]).replace("--=_outer--\r\n", "--=_outer\r\n\r\n".repeat(1_000_000)),
    codes: ["readers/mime-limit"],
    kept: ["invited"],
  },
  {
    name: "a header of 18 MB",
    make: () => message(["Subject: hostile", `X-Long: ${"x".repeat(18_000_000)}`], "body"),
    codes: ["readers/mime-limit"],
    kept: ["hostile"],
  },
  {
    name: "100 000 addresses in a header",
    make: () => message(["Subject: hostile", `To: ${addresses(",\r\n ")}`], "body"),
    codes: ["readers/mime-limit"],
    kept: ["hostile"],
  },
];

/** Converts a hostile stream between two good ones, and between good members of a tar. */
async function survive(text: string) {
  const hostile = makeArchive(bytesOf(text));
  const members = [
    { name: "a.hu01", content: good("member before") },
    { name: "b.hu01", content: Buffer.concat([good("stream before"), hostile, good("stream behind")]) },
    { name: "c.hu01", content: good("member behind") },
  ];
  const converted = await convertInProcess(makeTar(members));
  expect(converted.processorMillis).toBeLessThan(MAX_MILLIS);
  expect(converted.maxRssBytes).toBeLessThan(MAX_BYTES);
  const titles = converted.manifest.flatMap(({ type, title }) => (type === "file" ? [title] : []));
  return { ...converted, titles };
}

describe("an archive with something hostile in it ends soon, in little memory, and keeps all around it", () => {
  it.each([...XML, ...MIME])("$name", async ({ make, codes, kept }) => {
    const { titles, report, status } = await survive(make());
    expect(Object.keys(report.skips)).toEqual(codes);
    expect(status).toBe("succeeded_with_errors");
    expect(titles.filter((title) => !/^(?:stream|member) /.test(String(title)))).toEqual(
      expect.arrayContaining([...kept]),
    );
    expect(titles.filter((title) => /^(?:stream|member) /.test(String(title)))).toEqual([
      "member before",
      "stream before",
      "stream behind",
      "member behind",
    ]);
  });
});
