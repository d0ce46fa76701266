import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { watchDropFolder } from "../../functions/local/drop-folder.ts";
import { createLog } from "../../functions/log.ts";
import { makeTemporaryFolder } from "./run-cli.ts";

const SETTLE_MILLIS = 60;

async function startWatching(
  options: { onFile?: (path: string) => Promise<void>; before?: Record<string, string> } = {},
) {
  const folder = await makeTemporaryFolder();
  for (const [name, text] of Object.entries(options.before ?? {})) await writeFile(join(folder.path, name), text);
  const told: string[] = [];
  const dropFolder = watchDropFolder({
    folder: folder.path,
    onFile: async (path) => {
      await options.onFile?.(path);
      told.push(path);
    },
    settleMillis: SETTLE_MILLIS,
    idleMillis: 200,
    log: createLog(() => undefined),
  });
  return {
    told,
    path: (name: string) => join(folder.path, name),
    toldOnce: async (count: number) => {
      while (told.length < count) await sleep(5);
      await sleep(5 * SETTLE_MILLIS);
      return told;
    },
    [Symbol.asyncDispose]: async () => {
      await dropFolder.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe("the drop folder", () => {
  it("tells of files that are there already and of new ones, each once", async () => {
    await using inbox = await startWatching({ before: { "old.hu01": "x" } });
    expect(await inbox.toldOnce(1)).toEqual(["old.hu01"]);
    await writeFile(inbox.path("new.hu01"), "x");
    expect(await inbox.toldOnce(2)).toEqual(["old.hu01", "new.hu01"]);
  });

  it("tells of a file in a new folder by its path", async () => {
    await using inbox = await startWatching();
    await mkdir(inbox.path("2011/01"), { recursive: true });
    await writeFile(inbox.path("2011/01/a b.hu01"), "x");
    expect(await inbox.toldOnce(1)).toEqual(["2011/01/a b.hu01"]);
  });

  it("waits for a file that is still growing", async () => {
    let isGrown = false;
    const states: boolean[] = [];
    await using inbox = await startWatching({ onFile: async () => void states.push(isGrown) });
    await writeFile(inbox.path("a.hu01"), "");
    for (let i = 0; i < 40; i++) {
      await appendFile(inbox.path("a.hu01"), "more");
      await sleep(SETTLE_MILLIS / 6);
    }
    isGrown = true;
    await inbox.toldOnce(1);
    expect(states).toEqual([true]);
  });

  it("tells again of a file whose content was replaced, and not of one that only moved its neighbour", async () => {
    await using inbox = await startWatching({ before: { "a.hu01": "x", "b.hu01": "x" } });
    await inbox.toldOnce(2);
    await rm(inbox.path("b.hu01"));
    await writeFile(inbox.path("a.hu01"), "other");
    expect(await inbox.toldOnce(3)).toEqual(["a.hu01", "b.hu01", "a.hu01"]);
  });

  it.each([
    ".hidden",
    "~$a.hu01",
    "a.hu01.part",
    "a.hu01.crdownload",
    "a.tmp",
    "a.hu01~",
    "Thumbs.db",
    ".folder/a.hu01",
  ])("leaves %s alone, and takes it under its final name", async (name) => {
    await using inbox = await startWatching();
    await mkdir(join(inbox.path(name), ".."), { recursive: true });
    await writeFile(inbox.path(name), "x");
    await sleep(5 * SETTLE_MILLIS);
    expect(inbox.told).toEqual([]);
    await rename(inbox.path(name), inbox.path("final.hu01"));
    expect(await inbox.toldOnce(1)).toEqual(["final.hu01"]);
  });

  it("leaves an empty file alone", async () => {
    await using inbox = await startWatching({ before: { "empty.hu01": "", "full.hu01": "x" } });
    expect(await inbox.toldOnce(1)).toEqual(["full.hu01"]);
  });

  it("tells again of a file that could not be taken", async () => {
    let isFirst = true;
    await using inbox = await startWatching({
      before: { "a.hu01": "x" },
      onFile: async () => {
        if (!isFirst) return;
        isFirst = false;
        throw new Error("not now");
      },
    });
    expect(await inbox.toldOnce(1)).toEqual(["a.hu01"]);
    expect(isFirst).toBe(false);
  });
});
