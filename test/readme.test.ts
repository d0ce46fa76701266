import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeTemporaryFolder } from "./local/run-cli.ts";
import { startServe } from "./local/start-serve.ts";

const README = await readFile(new URL("../README.md", import.meta.url), "utf8");
const SAMPLE = new URL("../functions/local/sample/welcome.hu01", import.meta.url);
const ADDRESS = "http://127.0.0.1:8080";
/** Every block of commands that asks the local service. */
const BLOCKS = [...README.matchAll(/^```sh\n(.*?)^```$/gms)]
  .map(([, block = ""]) => block)
  .filter((block) => /\bcurl\b/.test(block) && block.includes(ADDRESS));

/** Stands before curl on the PATH and keeps the status of each answer in a file of its own, in order. */
const CURL = `#!/bin/sh
count=$(ls "$STATUSES" | wc -l)
file="$STATUSES/$(printf %03d "$count")"
: > "$file"
exec /usr/bin/env PATH="$REAL_PATH" curl -v --stderr "$file" "$@"
`;

/** Runs a block in a folder that holds `mail.hu01`, as one script, and gives the status of each answer. */
async function runBlock(block: string, url: string, folder: string): Promise<number[]> {
  const [bin, statuses] = [join(folder, "bin"), join(folder, "statuses")];
  await mkdir(bin);
  await mkdir(statuses);
  await writeFile(join(bin, "curl"), CURL, { mode: 0o755 });
  await copyFile(SAMPLE, join(folder, "mail.hu01"));
  const { PATH = "" } = process.env;
  const env = { ...process.env, PATH: `${bin}:${PATH}`, REAL_PATH: PATH, STATUSES: statuses };
  await new Promise<void>((resolve, reject) => {
    const script = `set -eu\n${block.replaceAll(ADDRESS, url)}`;
    execFile("/bin/sh", ["-c", script], { cwd: folder, env }, (error) => (error === null ? resolve() : reject(error)));
  });
  const answers = (await readdir(statuses)).sort().map((name) => readFile(join(statuses, name), "utf8"));
  // The last one counts: before it, there may be a 100 (Continue).
  return (await Promise.all(answers)).map((text) => Number(/.*^< HTTP\/1\.1 (\d{3})/ms.exec(text)?.[1]));
}

describe("the commands of the README", () => {
  it("name a status for each request that they make", () => {
    expect(BLOCKS.length).toBeGreaterThan(3);
    for (const block of BLOCKS) {
      const requests = block.split("\n").filter((line) => /\bcurl\b/.test(line));
      expect(requests.filter((line) => !/# \d{3}(?::.*)?$/.test(line))).toEqual([]);
    }
  });

  it.each(BLOCKS)("do what it says: %s", async (block) => {
    await using folder = await makeTemporaryFolder();
    await using service = await startServe(folder);
    const expected = [...block.matchAll(/# (\d{3})(?::.*)?$/gm)].map(([, status]) => Number(status));
    expect(await runBlock(block, service.url, folder.path)).toEqual(expected);
  });

  it("ask the service where it listens by default", () => {
    const addresses = [...README.matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set([ADDRESS]));
  });
});
