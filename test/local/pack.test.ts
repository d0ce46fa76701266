import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { archiveOf, mailMessages, syncArchive } from "../support/pack-samples.ts";
import { makeTemporaryFolder, runCli } from "./run-cli.ts";

const CLI = fileURLToPath(new URL("../../functions/local/cli.ts", import.meta.url));

async function folderWith(archive: Uint8Array) {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "box.hu01"), archive);
  return folder;
}

describe("hu01 convert --pack", () => {
  it.each([
    ["zip", "archive.zip"],
    ["mbox", "mail.mbox"],
    ["maildir", "maildir.tar"],
  ])("%s makes %s and says so", async (pack, name) => {
    await using folder = await folderWith(archiveOf(mailMessages()));
    const { exitCode, stdout } = await runCli(["convert", "box.hu01", "--out", "out", "--pack", pack], folder.path);
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toBe(`box.hu01: 10 mail, 1 calendar, 1 contact -> ${join("out", "box")} (in ${name})\n`);
    expect(await folder.entries()).toContain(join("out", "box", name));
  });

  it("names the first of several packs, and all of them in the report", async () => {
    await using folder = await folderWith(syncArchive());
    const words = ["convert", "box.hu01", "--pack", "mbox", "--mbox-headers"];
    const line = await runCli([...words, "--out", "one"], folder.path);
    expect(line.stdout.toString()).toContain(`(in mail/inbox.mbox and 2 more)`);
    const json = await runCli([...words, "--out", "two", "--json"], folder.path);
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      options: { pack: "mbox", mboxHeaders: true },
      packs: {
        count: 3,
        entries: 4,
        paths: ["mail/inbox.mbox", "mail/päckchen-co-v1-2.mbox", "mail/päckchen-co-v1-2-sub.mbox"],
      },
    });
  });

  it("refuses a form of packing that nobody knows", async () => {
    await using folder = await folderWith(archiveOf([]));
    const { exitCode, stderr } = await runCli(["convert", "box.hu01", "--out", "out", "--pack", "rar"], folder.path);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Allowed choices are files, zip, mbox, maildir");
  });

  it("gives the same bytes whatever the zone and the language of the machine", async () => {
    await using folder = await folderWith(syncArchive());
    const packed = async (pack: string, name: string, TZ: string, LANG: string) => {
      const env = { ...process.env, TZ, LANG, LC_ALL: LANG };
      const words = [
        CLI,
        "convert",
        "box.hu01",
        "--out",
        `out-${pack}`,
        "--pack",
        pack,
        "--mbox-headers",
        "--overwrite",
      ];
      const child = spawn(process.execPath, words, { cwd: folder.path, env, stdio: "ignore" });
      expect(await once(child, "close")).toEqual([0, null]);
      return readFile(join(folder.path, `out-${pack}`, "box", name));
    };
    for (const [pack, name] of [
      ["zip", "archive.zip"],
      ["mbox", "mail/inbox.mbox"],
      ["maildir", "maildir.tar"],
    ] as const) {
      const here = await packed(pack, name, "UTC", "C");
      expect(await packed(pack, name, "Pacific/Auckland", "tr_TR.UTF-8")).toEqual(here);
    }
  });
});
