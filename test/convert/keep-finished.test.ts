import { describe, expect, it } from "vitest";
import { keepFinished } from "../../functions/convert/keep-finished.ts";
import { contentOf, openWorkplace } from "../support/workplace.ts";

const signal = new AbortController().signal;
const PACK = { mediaType: "application/mbox", size: 1, sha256: "0", shard: 1, entries: 1, contentBytes: 1 };

async function keep(lines: readonly object[], paths: readonly string[], packs: readonly string[] = []) {
  const { results } = await openWorkplace();
  for (const path of paths) await results.write(`job-1/${path}`, [Buffer.from("x")]);
  await results.write("job-10/mail/000001-a.eml", [Buffer.from("x")]);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  // In pieces that end anywhere.
  const pieces = Array.from({ length: Math.ceil(text.length / 7) }, (_, index) => text.slice(index * 7, index * 7 + 7));
  const manifest = async function* () {
    for (const piece of pieces) yield Buffer.from(piece);
  };
  const finished = { manifest, packs: packs.map((path) => ({ ...PACK, path })) };
  expect(await keepFinished(results, "job-1/", finished, signal)).toBe(0);
  const left = await contentOf(results, "job-1/");
  expect((await contentOf(results, "job-10/")).size).toBe(1);
  const manifestText = left.get("manifest.jsonl") ?? "";
  return {
    paths: [...left.keys()].filter((path) => path !== "manifest.jsonl"),
    lines: manifestText
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line)),
  };
}

describe("what is kept of a job that was stopped", () => {
  it("is what its manifest lists, and no more", async () => {
    const lines = [
      { type: "file", path: "mail/000001-a.eml", item: 1 },
      { type: "file", path: "notes/000002-b.eml", item: 2 },
      { type: "file", path: "notes/000002-b.md", item: 2 },
      { type: "skip", item: 3, kept: { path: "unmapped/7:1.xml" } },
      { type: "gap", stream: 0 },
      { type: "document", path: "calendar/work.json" },
      { type: "file", path: "mail/1000000-c.eml", item: 1_000_000 },
    ];
    const others = [
      "mail/000003-d.eml",
      "mail/1000001-e.eml",
      "unmapped/000001.xml",
      "calendar/000004.eml",
      "calendar/home.json",
      ".work/manifest-000001-000001.jsonl",
      "report.json",
      "archive.zip",
    ];
    const listed = lines.flatMap(({ path, kept }) => path ?? kept?.path ?? []);
    const left = await keep(lines, [...listed, ...others]);
    expect(left.paths.sort()).toEqual(listed.sort());
    expect(left.lines).toEqual(lines);
  });

  it("has no line of a file whose pack was never closed, and a line of each pack that was", async () => {
    const line = (item: number, pack: string) => ({ type: "file", path: `mail/00000${item}-a.eml`, item, pack });
    const lines = [line(1, "mail/inbox.mbox"), line(2, "mail/inbox-0002.mbox"), { type: "stream" }];
    const left = await keep(lines, ["mail/inbox.mbox", "mail/inbox-0002.mbox"], ["mail/inbox.mbox"]);
    expect(left.paths).toEqual(["mail/inbox.mbox"]);
    const { mediaType, size, sha256, entries, contentBytes } = PACK;
    const pack = { type: "pack", path: "mail/inbox.mbox", mediaType, size, sha256, entries, contentBytes };
    expect(left.lines).toEqual([lines[0], lines[2], pack]);
  });
});
