import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { collection, command, syncXml } from "../support/sync-samples.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { type CommandEnd, endOf, makeTemporaryFolder, runCli, spawnCli } from "./run-cli.ts";

const BLOCK_BYTES = 8192;
const MESSAGE = makeMessage({ seed: 1, subject: "Tea", textBytes: 20_000 });
const WHOLE = makeArchive(MESSAGE, { blockBytes: BLOCK_BYTES });

/** The archive with one byte of its first block's data changed. */
function damaged(): Uint8Array {
  const bytes = Uint8Array.from(WHOLE);
  const at = 40 + 20 + 300;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

async function setUp(files: Record<string, Uint8Array | string>) {
  const folder = await makeTemporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder.path, path, ".."), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  const convert = (...words: string[]) => runCli(["convert", ...words], folder.path);
  return { ...folder, convert, read: (path: string) => readFile(join(folder.path, path)) };
}

const jsonLines = ({ stdout }: CommandEnd) =>
  stdout
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("hu01 convert", () => {
  it("makes the message again byte for byte, says where it is, and ends with 0", async () => {
    await using folder = await setUp({ "a.hu01": WHOLE });
    const { exitCode, stdout, stderr } = await folder.convert("a.hu01", "--out", "out");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.toString()).toBe(`a.hu01: 1 mail, 0 calendar, 0 contact -> ${join("out", "a")}\n`);
    const eml = (await folder.entries()).find((path) => path.endsWith(".eml")) ?? "";
    expect((await folder.read(eml)).equals(MESSAGE)).toBe(true);
    expect(await folder.entries()).toEqual(
      ["a.hu01", "out", "out/a", "out/a/mail", eml, "out/a/manifest.jsonl", "out/a/report.json"].sort(),
    );
  });

  it("keeps what is left of a damaged archive under a partial name and ends with 1", async () => {
    await using folder = await setUp({ "a.hu01": damaged() });
    const { exitCode, stdout } = await folder.convert("a.hu01", "--out", "out");
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toContain("with errors");
    const mails = (await folder.entries()).filter((path) => path.endsWith(".eml"));
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(/\.partial\.eml$/);
  });

  it.each([
    ["an empty file", "", "payload/empty"],
    ["a text file", "Dear diary\n\ntoday nothing happened.\n", "payload/unrecognised"],
    ["a JPEG", Buffer.from("ffd8ffe000104a46494600010100000100010000ffdb0043", "hex"), "payload/unrecognised"],
    ["a header of absurd size", makeFileHeader(100, { headerBytes: 60_000 }).subarray(0, 60), "hu01/nothing-recovered"],
    ["40 bytes that claim 4 GiB", makeFileHeader(0xffff_ffff), "hu01/nothing-recovered"],
    ["a file that is not there", null, "cli/input-unreadable"],
  ])("refuses %s with its code, ends with 2 and leaves nothing behind", async (_what, content, code) => {
    await using folder = await setUp(content === null ? {} : { "a.hu01": content });
    const { exitCode, stdout, stderr } = await folder.convert("a.hu01", "--out", "out");
    expect(exitCode).toBe(2);
    expect(stdout.toString()).toBe("");
    expect(stderr).toMatch(/^hu01: a\.hu01: [^\n]+ \([a-z0-9]+\/[a-z-]+\)\n {6}\S[^\n]+\n$/);
    expect(stderr).toContain(`(${code})`);
    expect(await folder.entries()).toEqual(content === null ? [] : ["a.hu01"]);
  });

  it("converts what can be converted when something else cannot, and ends with the worst", async () => {
    await using folder = await setUp({ "a.hu01": "no archive", "b.hu01": WHOLE, "c.hu01": damaged() });
    const { exitCode, stdout, stderr } = await folder.convert("a.hu01", "b.hu01", "c.hu01", "--out", "out");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("a.hu01");
    expect(stdout.toString().trimEnd().split("\n")).toHaveLength(2);
    const results = (await folder.entries()).filter((path) => /^out.[^/\\]+$/.test(path));
    expect(results).toEqual([join("out", "b"), join("out", "c")]);
  });

  it("gives the report of each input as one line of JSON", async () => {
    await using folder = await setUp({ "a.hu01": WHOLE, "b.hu01": "no archive" });
    const end = await folder.convert("a.hu01", "b.hu01", "c.hu01", "--out", "out", "--json");
    const report = JSON.parse((await folder.read(join("out", "a", "report.json"))).toString());
    expect(jsonLines(end)).toEqual([
      { input: "a.hu01", output: join("out", "a"), status: "succeeded", ...report },
      {
        input: "b.hu01",
        output: null,
        status: "failed",
        error: expect.objectContaining({ code: "payload/unrecognised" }),
      },
      {
        input: "c.hu01",
        output: null,
        status: "failed",
        error: { code: "cli/input-unreadable", message: "There is no such file.", details: {} },
      },
    ]);
  });

  it("says that it cannot use an output folder which is a file", async () => {
    await using folder = await setUp({ "a.hu01": WHOLE, out: "a file" });
    const { exitCode, stderr } = await folder.convert("a.hu01", "--out", "out");
    expect([exitCode, stderr.includes("(stores/write-failed)")]).toEqual([2, true]);
  });

  it("converts a folder and all below it by name, without hidden files and its own results", async () => {
    await using folder = await setUp({
      "in/b/x.hu01": WHOLE,
      "in/a.hu01": WHOLE,
      "in/.x": "hidden",
      "in/y.part": "half",
    });
    const first = await folder.convert("in", "--out", "in/out", "--json");
    expect(jsonLines(first).map(({ input }) => input)).toEqual([join("in", "a.hu01"), join("in", "b", "x.hu01")]);
    const again = await folder.convert("in", "--out", "in/out", "--json", "--overwrite");
    expect(again.stdout.toString()).toBe(first.stdout.toString());
  });

  it("gives inputs of one name folders of their own", async () => {
    await using folder = await setUp({ "1/a.hu01": WHOLE, "2/A.hu01": WHOLE, "3/a-2.hu01": WHOLE, "4/a.bin": WHOLE });
    const end = await folder.convert("1/a.hu01", "2/A.hu01", "3/a-2.hu01", "4/a.bin", "--out", "out", "--json");
    expect(jsonLines(end).map(({ output }) => output)).toEqual(
      ["a", "A-2", "a-2-2", "a-3"].map((name) => join("out", name)),
    );
  });

  it("does not touch results that are already there, unless told to", async () => {
    await using folder = await setUp({ "a.hu01": WHOLE, "out/a/mine.txt": "mine" });
    const refused = await folder.convert("a.hu01", "--out", "out");
    expect([refused.exitCode, refused.stderr.includes("(cli/output-exists)")]).toEqual([2, true]);
    expect(await folder.entries()).toEqual(["a.hu01", "out", "out/a", "out/a/mine.txt"]);
    expect((await folder.convert("a.hu01", "--out", "out", "--overwrite")).exitCode).toBe(0);
    expect(await folder.entries()).not.toContain(join("out", "a", "mine.txt"));
  });

  it.each(["SIGINT", "SIGTERM"] as const)("stops at %s, ends with 2 and leaves nothing behind", async (signal) => {
    const archive = Buffer.concat(Array.from({ length: 20_000 }, () => WHOLE));
    await using folder = await setUp({ "a.hu01": archive, "b.hu01": archive });
    const child = spawnCli(["convert", "a.hu01", "b.hu01", "--out", "out"], folder.path);
    while ((await folder.entries()).length < 10) await sleep(10);
    child.kill(signal);
    const { exitCode, stderr } = await endOf(child);
    expect([exitCode, stderr.match(/\(jobs\/aborted\)/g)]).toEqual([2, ["(jobs/aborted)"]]);
    expect(await folder.entries()).toEqual(["a.hu01", "b.hu01"]);
  });

  it("keeps older results when the new conversion fails", async () => {
    await using folder = await setUp({ "a.hu01": "no archive", "out/a/mine.txt": "mine" });
    expect((await folder.convert("a.hu01", "--out", "out", "--overwrite")).exitCode).toBe(2);
    expect(await folder.entries()).toEqual(["a.hu01", "out", "out/a", "out/a/mine.txt"]);
  });

  it("finds archives in the middle of garbage with --carve only", async () => {
    await using folder = await setUp({ "a.bin": Buffer.concat([Buffer.alloc(999, "?"), WHOLE]) });
    expect((await folder.convert("a.bin", "--out", "out")).exitCode).toBe(2);
    const carved = await folder.convert("a.bin", "--out", "out", "--carve", "--json");
    expect(jsonLines(carved)[0]).toMatchObject({ items: { byKind: { mail: 1 } } });
  });
});

describe("hu01", () => {
  it.each([
    ["an unknown command", ["frobnicate"]],
    ["an unknown option", ["decode", "a", "--frob"]],
    ["a missing argument", ["decode"]],
    ["a missing option", ["convert", "a"]],
    ["no file at all", ["convert", ".", "--out", "out"]],
    ["a port that is none", ["serve", "--port", "70000"]],
    ["nothing", []],
  ])("ends with 2 on %s", async (_what, words) => {
    await using folder = await makeTemporaryFolder();
    const { exitCode, stdout, stderr } = await runCli(words, folder.path);
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr).toMatch(/^(hu01: .+ \(cli\/usage\)|Usage: hu01)/);
    expect(await folder.entries()).toEqual([]);
  });

  it.each([["--help"], ["convert", "--help"], ["--version"]])("answers %s %s and ends with 0", async (...words) => {
    await using folder = await makeTemporaryFolder();
    const { exitCode, stdout, stderr } = await runCli(words, folder.path);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.toString()).toMatch(/^(Usage: hu01|\d+\.\d+\.\d+\n$)/);
  });
});

describe("hu01 convert with options of the mapping", () => {
  const xml = syncXml(collection("Contacts", "6", command("Add", "6:3", "<P:FirstName>Ada</P:FirstName>")));

  it("heeds them, and tells them in the report", async () => {
    await using folder = await setUp({ "a.xml": xml });
    const flags = ["--vcard-version", "4.0", "--outlook-xms", "--no-html-alt", "--default-time-zone", "Europe/Berlin"];
    const { exitCode, stderr } = await folder.convert("a.xml", "--out", "out", ...flags);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const vcf = (await folder.entries()).find((path) => path.endsWith(".vcf")) ?? "";
    expect((await folder.read(vcf)).toString()).toContain("VERSION:4.0\r\n");
    expect(JSON.parse((await folder.read("out/a/report.json")).toString()).options).toMatchObject({
      carve: false,
      vcardVersion: "4.0",
      vcardSemicolon: "escaped",
      outlookXMs: true,
      noHtmlAlt: true,
      keepSource: false,
      defaultTimeZone: "Europe/Berlin",
    });
  });

  it.each([
    ["--vcard-version", "2.1"],
    ["--default-time-zone", "no/../zone"],
    ["--clip", "often"],
  ])("refuses %s %s", async (flag, value) => {
    await using folder = await setUp({ "a.xml": xml });
    const { exitCode, stderr } = await folder.convert("a.xml", "--out", "out", flag, value);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("cli/usage");
  });
});
