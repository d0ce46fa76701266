import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readArchiveSlowly } from "../support/reference-archive.ts";
import { makeMailStream } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder, runCli } from "./run-cli.ts";

const CLI = fileURLToPath(new URL("../../functions/local/cli.ts", import.meta.url));
const PLAIN = makeMailStream(31, 150_000);

async function setUp() {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "mail.eml"), PLAIN);
  return { ...folder, run: (...words: string[]) => runCli(words, folder.path) };
}

/** Runs `hu01 encode -` with its standard input from a pipe or from an open file. */
async function encodeStandardInput(input: Uint8Array | number): Promise<Buffer> {
  const isFile = typeof input === "number";
  const child = spawn(process.execPath, [CLI, "encode", "-"], { stdio: [isFile ? input : "pipe", "pipe", "inherit"] });
  if (!isFile) child.stdin?.end(input);
  return buffer(child.stdout as NonNullable<typeof child.stdout>);
}

describe("hu01 encode", () => {
  it("writes an archive of the file's bytes to standard output and ends with 0", async () => {
    await using folder = await setUp();
    const { exitCode, stdout, stderr } = await folder.run("encode", "mail.eml");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const archive = readArchiveSlowly(stdout);
    expect(Buffer.compare(archive.plain, PLAIN)).toBe(0);
    expect([...archive.header.subarray(8, 32)]).toEqual(Array(24).fill(0));
  });

  it("takes a level and an item id, and writes to a file", async () => {
    await using folder = await setUp();
    const itemId = "00112233-4455-6677-8899-aabbccddeeff";
    const sizes = [];
    for (const level of ["fast", "default", "best"]) {
      const { exitCode } = await folder.run(
        "encode",
        "mail.eml",
        "-o",
        "a.hu01",
        "--level",
        level,
        "--item-id",
        itemId,
      );
      expect(exitCode).toBe(0);
      const archive = await readFile(join(folder.path, "a.hu01"));
      expect(Buffer.compare(readArchiveSlowly(archive).plain, PLAIN)).toBe(0);
      expect(archive.toString("hex", 8, 12)).toBe("33221100");
      sizes.push(archive.length);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(await folder.entries()).toEqual(["a.hu01", "mail.eml"]);
  });

  it("reads standard input, be it a pipe or a file", async () => {
    await using folder = await setUp();
    const { stdout } = await folder.run("encode", "mail.eml");
    expect((await encodeStandardInput(PLAIN)).equals(stdout)).toBe(true);
    expect((await encodeStandardInput(openSync(join(folder.path, "mail.eml"), "r"))).equals(stdout)).toBe(true);
  });

  it.each([
    [["encode", "missing.eml"], "cli/input-unreadable"],
    [["encode", "mail.eml", "--item-id", "7"], "hu01/item-id-invalid"],
    [["encode", "mail.eml", "--level", "great"], "cli/usage"],
  ])("refuses %j with %s and leaves nothing behind", async (words, code) => {
    await using folder = await setUp();
    const { exitCode, stderr } = await folder.run(...words, "-o", "a.hu01");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`(${code})`);
    expect(await folder.entries()).toEqual(["mail.eml"]);
  });
});
