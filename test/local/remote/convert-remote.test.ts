import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../../../shared/bytes/byte-source.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { collection, command, syncXml } from "../../support/sync-samples.ts";
import { makeCalendar, makeMessage, makeVcard } from "../../support/synthetic-mail.ts";
import { endOf, spawnCli } from "../run-cli.ts";
import { makePlace, useServe } from "./remote-place.ts";

const serve = useServe();

const MESSAGE = makeMessage({ seed: 1, subject: "Tea", textBytes: 20_000 });
const ARCHIVE = concatBytes(
  [
    MESSAGE,
    makeMessage({ seed: 2, subject: "Tee für zwei?", calendar: makeCalendar(2, "REQUEST"), calendarMethod: "REQUEST" }),
    makeMessage({ seed: 3, subject: "100 % #1", vcard: makeVcard(3) }),
  ].map((message) => makeArchive(message, { blockBytes: 8192 })),
);
const SYNC = syncXml(collection("Contacts", "6", command("Add", "6:3", "<P:FirstName>Ada</P:FirstName>")));

/** The archive with one byte of its first block's data changed. */
function damaged(): Uint8Array {
  const bytes = Uint8Array.from(ARCHIVE);
  bytes[360] = (bytes[360] ?? 0) ^ 0xff;
  return bytes;
}

describe("hu01 convert --remote", () => {
  it.each([
    ["mail, an invitation and a card", { "a.hu01": ARCHIVE }, []],
    ["a damaged archive", { "a.hu01": damaged() }, []],
    ["several files at once, one of which is none", { "a.hu01": ARCHIVE, "b.hu01": "Dear diary\n\nnothing\n" }, []],
    ["an empty file", { "a.hu01": "" }, []],
    ["nothing under that name", {}, ["a.hu01"]],
    ["a ZIP as the result", { "a.hu01": ARCHIVE }, ["--pack", "zip"]],
    ["one mbox as the result", { "a.hu01": ARCHIVE }, ["--pack", "mbox", "--mbox-headers"]],
    ["options of the mapping", { "a.xml": SYNC }, ["--vcard-version", "4.0", "--outlook-xms", "--no-html-alt"]],
    ["archives in garbage", { "a.bin": concatBytes([Buffer.alloc(999, "?"), ARCHIVE]) }, ["--carve"]],
    ["reports as JSON", { "a.hu01": damaged(), "b.hu01": ARCHIVE }, ["--json"]],
  ])("gives what converting here gives, byte for byte: %s", async (_what, files, flags) => {
    const words = ["convert", ...Object.keys(files), ...flags, "--out", "out"];
    const [here, there] = [await makePlace(files), await makePlace(files)];
    const local = await here.run(...words);
    const remote = await there.run(...words, "--remote", serve.url);
    expect(remote).toEqual(local);
    expect(await there.files("out")).toEqual(await here.files("out"));
    expect(await there.entries()).toEqual(await here.entries());
  });

  it("gives the code of an archive that cannot be converted as one line of JSON", async () => {
    const place = await makePlace({ "a.hu01": "no archive" });
    const { exitCode, stdout } = await place.run("convert", "a.hu01", "--out", "out", "--json", "--remote", serve.url);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout.toString())).toMatchObject({ input: "a.hu01", error: { code: "payload/unrecognised" } });
  });

  it("does not touch results that are already there, and sends nothing for them", async () => {
    const place = await makePlace({ "kept.hu01": ARCHIVE, "out/kept/mine.txt": "mine" });
    const words = ["convert", "kept.hu01", "--out", "out", "--remote", serve.url];
    const { exitCode, stderr } = await place.run(...words);
    expect([exitCode, stderr.includes("(cli/output-exists)")]).toEqual([2, true]);
    expect(await serve.jobs("kept.hu01")).toEqual([]);
    expect((await place.run(...words, "--overwrite")).exitCode).toBe(0);
    expect(await place.entries()).not.toContain("out/kept/mine.txt");
  });

  it("cancels the job when it is stopped, ends with 2 and leaves nothing behind", async () => {
    const place = await makePlace({ "long.hu01": Buffer.concat(Array.from({ length: 20_000 }, () => ARCHIVE)) });
    const child = spawnCli(["convert", "long.hu01", "--out", "out", "--remote", serve.url], place.path);
    const ended = endOf(child);
    const statusOf = async () => (await serve.jobs("long.hu01"))[0]?.status;
    while ((await statusOf()) !== "running") await sleep(20);
    child.kill("SIGINT");
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr.match(/\(jobs\/aborted\)/g)]).toEqual([2, ["(jobs/aborted)"]]);
    expect(await place.entries()).toEqual(["long.hu01"]);
    for (let looks = 0; looks < 100 && (await statusOf()) === "running"; looks += 1) await sleep(100);
    expect(await statusOf()).toBe("canceled");
  });
});
