import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { makeTemporaryFolder, runCli } from "../run-cli.ts";
import { makePlace, useServe } from "./remote-place.ts";

const serve = useServe();

beforeAll(async () => {
  await using folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "good.hu01"), makeArchive(makeMessage({ seed: 1, subject: "Tea" }), {}));
  await writeFile(join(folder.path, "bad.hu01"), "no archive");
  for (const name of ["good.hu01", "bad.hu01"]) {
    await runCli(["convert", name, "--out", "o", "--remote", serve.url], folder.path);
  }
});

const jobs = async (...words: string[]) => {
  const { exitCode, stdout, stderr } = await (await makePlace({})).run("jobs", ...words, "--remote", serve.url);
  return { exitCode, lines: stdout.toString().split("\n").slice(0, -1), stderr };
};
const idOf = async (name: string) => (await serve.jobs(name))[0]?.id ?? "";

describe("hu01 jobs", () => {
  it("lists the jobs of the service, newest first", async () => {
    const { exitCode, lines, stderr } = await jobs();
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(lines).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36} {2}\d{4}-\S+Z {2}failed +bad\.hu01 .+ \(payload\/unrecognised\)$/),
      expect.stringMatching(/^[0-9a-f-]{36} {2}\d{4}-\S+Z {2}succeeded +good\.hu01 {2}1 mail, 0 calendar, 0 contact$/),
    ]);
  });

  it("lists those of one state, as many as asked for, as JSON", async () => {
    expect((await jobs("--status", "failed")).lines).toHaveLength(1);
    expect((await jobs("--status", "running")).lines).toEqual([]);
    const { lines } = await jobs("--limit", "1", "--json");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: await idOf("bad.hu01"), status: "failed", error: { code: "payload/unrecognised" } },
    ]);
  });

  it.each([
    ["a job that has ended", async () => await idOf("good.hu01"), "jobs/transition-invalid"],
    ["a job that there is not", async () => "none", "jobs/not-found"],
    ["a path instead of an id", async () => "../backfills", "jobs/not-found"],
  ])("cannot cancel %s, and says so under its id", async (_what, nameOf, code) => {
    const id = await nameOf();
    const { exitCode, lines, stderr } = await jobs("cancel", id);
    expect([exitCode, lines]).toEqual([2, []]);
    expect(stderr).toContain(`hu01: ${id}: `);
    expect(stderr).toContain(`(${code})`);
  });

  it("repeats a job, and deletes jobs, several at once", async () => {
    const failed = await idOf("bad.hu01");
    const again = await jobs("retry", failed);
    expect([again.exitCode, again.stderr]).toEqual([0, ""]);
    expect(again.lines).toEqual([expect.stringContaining("bad.hu01")]);
    while ((await jobs("--status", "running")).lines.length + (await jobs("--status", "queued")).lines.length > 0);
    const ids = (await serve.jobs("bad.hu01")).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const { exitCode, lines } = await jobs("delete", ...ids);
    expect([exitCode, lines]).toEqual([0, ids.map((id) => `${id}  deleted`)]);
    expect(await serve.jobs("bad.hu01")).toEqual([]);
    expect((await jobs("delete", "none", "--json")).exitCode).toBe(2);
  });

  it("wants to know which jobs are meant", async () => {
    const { exitCode, stderr } = await jobs("delete");
    expect([exitCode, stderr.includes("(cli/usage)")]).toEqual([2, true]);
  });
});
