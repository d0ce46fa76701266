import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { endOf, makeTemporaryFolder, runCli, spawnCli } from "./run-cli.ts";

const PLAIN = makeMessage({ seed: 1, textBytes: 20_000 });
const BLOCK_BYTES = 8192;
const WHOLE = makeArchive(PLAIN, { blockBytes: BLOCK_BYTES, puid: 0xfeedfacecafebeefn });

/** The archive with one byte of its second block's data changed. */
function damaged(): Uint8Array {
  const bytes = Uint8Array.from(WHOLE);
  const firstBlockBytes = 20 + new DataView(bytes.buffer).getUint32(40 + 16, true);
  const at = 40 + firstBlockBytes + 20 + 300;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

async function setUp(archive: Uint8Array) {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "a.hu01"), archive);
  return { ...folder, run: (...words: string[]) => runCli(words, folder.path) };
}

describe("hu01 decode", () => {
  it("writes the bytes to standard output and ends with 0", async () => {
    await using folder = await setUp(WHOLE);
    const { exitCode, stdout, stderr } = await folder.run("decode", "a.hu01");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.equals(PLAIN)).toBe(true);
  });

  it("writes what is left of a damaged archive, names the hole, and ends with 1", async () => {
    await using folder = await setUp(damaged());
    const { exitCode, stdout, stderr } = await folder.run("decode", "a.hu01");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^hu01: 8192 bytes missing at 8192; archive damaged at \d+ \(hu01\/block-[a-z-]+\)\n$/);
    const left = Buffer.concat([PLAIN.subarray(0, BLOCK_BYTES), PLAIN.subarray(2 * BLOCK_BYTES)]);
    expect(stdout.equals(left)).toBe(true);
  });

  it("keeps offsets true with --fill", async () => {
    await using folder = await setUp(damaged());
    const { exitCode, stdout } = await folder.run("decode", "a.hu01", "--fill");
    const filled = Buffer.from(PLAIN).fill(0, BLOCK_BYTES, 2 * BLOCK_BYTES);
    expect([exitCode, stdout.equals(filled)]).toEqual([1, true]);
  });

  it("writes a file with -o, and over an older one", async () => {
    await using folder = await setUp(WHOLE);
    await writeFile(join(folder.path, "out.eml"), "older");
    expect((await folder.run("decode", "a.hu01", "-o", "out.eml")).exitCode).toBe(0);
    expect((await readFile(join(folder.path, "out.eml"))).equals(PLAIN)).toBe(true);
    expect(await folder.entries()).toEqual(["a.hu01", "out.eml"]);
  });

  it("leaves no file, and an older one as it was, when the input is no archive", async () => {
    await using folder = await setUp(Buffer.from("plain text"));
    await writeFile(join(folder.path, "old.eml"), "older");
    const fresh = await folder.run("decode", "a.hu01", "-o", "new.eml");
    const over = await folder.run("decode", "a.hu01", "-o", "old.eml");
    expect([fresh.exitCode, over.exitCode]).toEqual([2, 2]);
    expect(fresh.stderr).toContain("(hu01/not-an-archive)");
    expect(await folder.entries()).toEqual(["a.hu01", "old.eml"]);
    expect(await readFile(join(folder.path, "old.eml"), "utf8")).toBe("older");
  });

  it.each([["--fill"], ["-o", "out.eml"], []])(
    "makes nothing of 40 bytes that claim 4 GiB (%s)",
    async (...options) => {
      await using folder = await setUp(makeFileHeader(0xffff_ffff));
      const { exitCode, stdout, stderr } = await folder.run("decode", "a.hu01", ...options);
      expect([exitCode, stdout.length]).toEqual([2, 0]);
      expect(stderr).toContain("(hu01/nothing-recovered)");
      expect(await folder.entries()).toEqual(["a.hu01"]);
    },
  );

  it("leaves no file when it is stopped", async () => {
    await using folder = await setUp(Buffer.concat(Array.from({ length: 30_000 }, () => WHOLE)));
    const child = spawnCli(["decode", "a.hu01", "-o", "out.eml"], folder.path);
    while ((await folder.entries()).length < 2) await sleep(5);
    child.kill("SIGINT");
    expect(await endOf(child)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("(jobs/aborted)") });
    expect(await folder.entries()).toEqual(["a.hu01"]);
  });

  it("ends in peace when its reader has seen enough", async () => {
    await using folder = await setUp(Buffer.concat(Array.from({ length: 2000 }, () => WHOLE)));
    const child = spawnCli(["decode", "a.hu01"], folder.path);
    const ended = once(child, "exit");
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await text(child.stderr)).toBe("");
    expect(await ended).toEqual([0, null]);
  });

  it("says which file it cannot open or write", async () => {
    await using folder = await setUp(WHOLE);
    const missing = await folder.run("decode", "none.hu01");
    const nowhere = await folder.run("decode", "a.hu01", "-o", "none/out.eml");
    expect([missing.exitCode, nowhere.exitCode]).toEqual([2, 2]);
    expect(missing.stderr).toContain("(cli/input-unreadable)");
    expect(nowhere.stderr).toContain("(stores/write-failed)");
  });

  it("finds an archive in the middle of garbage with --carve only", async () => {
    await using folder = await setUp(Buffer.concat([Buffer.alloc(1000, "?"), WHOLE]));
    expect((await folder.run("decode", "a.hu01")).exitCode).toBe(2);
    const { exitCode, stdout } = await folder.run("decode", "a.hu01", "--carve");
    expect([exitCode, stdout.equals(PLAIN)]).toEqual([0, true]);
  });
});

describe("hu01 inspect", () => {
  it("shows header and blocks", async () => {
    await using folder = await setUp(WHOLE);
    const { exitCode, stdout } = await folder.run("inspect", "a.hu01");
    const lines = stdout.toString().split("\n");
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^stream 0 at 0: header 40 bytes, item [0-9a-f-]{36}, \d+ bytes announced$/);
    expect(lines[1]).toMatch(/^ {2}block 0 at 40: coded, \d+ -> 8192 bytes, CRC ok [0-9a-f]{8}$/);
    expect(lines).toHaveLength(1 + Math.ceil(PLAIN.length / BLOCK_BYTES) + 2);
  });

  it("shows damage and ends with 1", async () => {
    await using folder = await setUp(damaged());
    const { exitCode, stdout } = await folder.run("inspect", "a.hu01");
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toMatch(/^ {2}GAP \d+ bytes at \d+: 8192 bytes missing at output offset 8192 \(hu01\//m);
  });

  it.each([[], ["--json"]])("shows the PUID only when asked (%s)", async (...format) => {
    await using folder = await setUp(WHOLE);
    const silent = await folder.run("inspect", "a.hu01", ...format);
    const open = await folder.run("inspect", "a.hu01", "--show-puid", ...format);
    expect(silent.stdout.toString()).not.toMatch(/feedface|puid/i);
    expect(open.stdout.toString()).toContain("feedfacecafebeef");
  });

  it("gives one JSON object per line with --json", async () => {
    await using folder = await setUp(damaged());
    const { stdout } = await folder.run("inspect", "a.hu01", "--json");
    const kinds = stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
    expect(kinds[0]).toBe("stream-start");
    expect(kinds).toContain("gap");
    expect(kinds.at(-1)).toBe("stream-end");
  });
});
