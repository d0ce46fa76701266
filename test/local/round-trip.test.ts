import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { makeMailStream, makeRandomBytes } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder, runCli } from "./run-cli.ts";

const CLI = fileURLToPath(new URL("../../functions/local/cli.ts", import.meta.url));
const mail = makeMailStream(7, 200_000);

const INPUTS: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(0),
  "one byte": new Uint8Array([65]),
  "one block": mail.subarray(0, 65_536),
  "one block and a byte": mail.subarray(0, 65_537),
  mail: mail,
  "bytes that do not compress": makeRandomBytes(3, 100_000),
};

describe("hu01 encode, then hu01 decode", () => {
  it.each(["fast", "default", "best"])("give back every input with --level %s", async (level) => {
    await using folder = await makeTemporaryFolder();
    const [plain, archive, back] = ["plain", "a.hu01", "back"].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    for (const [name, bytes] of Object.entries(INPUTS)) {
      await writeFile(plain, bytes);
      const encoded = await runCli(["encode", plain, "-o", archive, "--level", level], folder.path);
      const decoded = await runCli(["decode", archive, "-o", back], folder.path);
      expect([encoded.exitCode, decoded.exitCode, decoded.stderr], name).toEqual([0, 0, ""]);
      expect((await readFile(back)).equals(bytes), name).toBe(true);
    }
  });

  it.each(["1", "2", "5"])("give back a large input with --threads %s, and end by themselves", async (threads) => {
    await using folder = await makeTemporaryFolder();
    const large = concatBytes(Array.from({ length: 100 }, () => mail));
    await writeFile(join(folder.path, "plain"), large);
    await runCli(["encode", "plain", "-o", "a.hu01", "--level", "fast"], folder.path);
    const { exitCode, stdout } = await runCli(["decode", "a.hu01", "--threads", threads], folder.path);
    expect(exitCode).toBe(0);
    expect(stdout.equals(large)).toBe(true);
  });

  it.each(["0", "-1", "two", "1.5", "65"])("refuses --threads %s", async (threads) => {
    const { exitCode, stderr } = await runCli(["decode", "a.hu01", "--threads", threads], ".");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("(cli/usage)")]);
  });
});

describe("hu01 encode", () => {
  it("takes a named pipe, whose size nobody knows", async () => {
    await using folder = await makeTemporaryFolder();
    await writeFile(join(folder.path, "plain"), mail);
    const command = 'mkfifo pipe && cat plain > pipe & sleep 0.1; "$0" "$1" encode pipe -o a.hu01';
    const [exitCode] = await once(spawn("sh", ["-c", command, process.execPath, CLI], { cwd: folder.path }), "exit");
    const { stdout } = await runCli(["decode", "a.hu01"], folder.path);
    expect([exitCode, stdout.equals(mail)]).toEqual([0, true]);
  });

  it("leaves nothing behind when it is stopped while it waits for its input", async () => {
    await using folder = await makeTemporaryFolder();
    const putAside = async () => (await readdir(folder.path)).filter((name) => name.startsWith("hu01-encode-"));
    const child = spawn(process.execPath, [CLI, "encode", "-"], { env: { ...process.env, TMPDIR: folder.path } });
    child.stdin.on("error", () => undefined);
    child.stdin.write(mail);
    while ((await putAside()).length === 0) await sleep(5);
    child.kill("SIGINT");
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("(jobs/aborted)")]);
    expect(await putAside()).toEqual([]);
  });
});
