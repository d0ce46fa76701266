import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeArchive } from "../support/make-archive.ts";
import { makeZip } from "../support/make-zip.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder, runCli } from "./run-cli.ts";

const content = makeArchive(makeMessage({ seed: 1, textBytes: 3000 }));

async function inspect(archive: Uint8Array, ...words: string[]) {
  await using folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "a.zip"), archive);
  return await runCli(["inspect", "a.zip", ...words], folder.path);
}

describe("hu01 inspect of a file that carries others", () => {
  it("lists what is in it", async () => {
    const { exitCode, stdout } = await inspect(makeZip([{ name: "a\u001b[2J.hu01", content }]));
    expect(stdout.toString()).toBe(`zip that carries:\n  a?[2J.hu01: HU01 streams, ${content.length} bytes\n`);
    expect(exitCode).toBe(0);
  });

  it("says what it cannot open, and ends with 1", async () => {
    const locked = { name: "locked", content, flags: 1 };
    const nested = { name: "in.zip", content: makeZip([locked]) };
    const { exitCode, stdout } = await inspect(makeZip([nested, locked]), "--json");
    const lines = stdout.toString().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { kind: "member", carrier: "zip", name: "in.zip", holds: "zip", bytes: nested.content.length, problem: null },
      { kind: "member", carrier: "zip", name: "locked", holds: null, bytes: null, problem: "readers/member-encrypted" },
    ]);
    expect(exitCode).toBe(1);
  });
});
