import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SAMPLE_MESSAGE } from "../../functions/local/sample/sample-message.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { decodeArchive } from "../../shared/hu01/decode-archive.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { makeTemporaryFolder, runCli } from "./run-cli.ts";
import { startServe } from "./start-serve.ts";

const SAMPLE = new URL("../../functions/local/sample/welcome.hu01", import.meta.url);

describe("hu01 serve", () => {
  it("shows the converted sample on its first screen, and does not convert it again", async () => {
    await using folder = await makeTemporaryFolder();
    const first = await startServe(folder, "--sample");
    expect(first.screen()).toMatch(/welcome\.hu01: succeeded: 1 mail, 1 calendar, 1 contact/);
    const address = /curl -OJ (\S+\.eml)/.exec(first.screen())?.[1] ?? "";
    expect(await (await fetch(address)).text()).toBe(SAMPLE_MESSAGE);
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await startServe(folder, "--sample");
    const { jobs } = (await (await fetch(`${second.url}/v1/jobs`)).json()) as { jobs: { attempt: number }[] };
    expect(jobs).toMatchObject([{ attempt: 1 }]);
    expect(second.screen()).not.toContain("sample");
    expect(await second.stop("SIGINT")).toBe(0);
  });

  it("asks for a token on an address that other machines reach, the same after a restart", async () => {
    await using folder = await makeTemporaryFolder();
    const first = await startServe(folder, "--host", "0.0.0.0");
    const token = /Bearer (\S{43})'/.exec(first.screen())?.[1] ?? "";
    const jobs = `http://127.0.0.1:${new URL(first.url).port}/v1/jobs`;
    expect((await fetch(jobs)).status).toBe(401);
    expect((await fetch(jobs, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(first.screen()).toContain(`/?token=${token}\n`);
    expect(await first.stop("SIGTERM")).toBe(0);
    const second = await startServe(folder, "--host", "0.0.0.0");
    expect(second.screen()).toContain(token);
    expect(await second.stop("SIGTERM")).toBe(0);
  });

  it("starts without the sample unless told to", async () => {
    await using folder = await makeTemporaryFolder();
    const service = await startServe(folder);
    const jobs = await (await fetch(`${service.url}/v1/jobs`)).json();
    await service.stop("SIGTERM");
    expect(jobs).toEqual({ jobs: [], nextCursor: null });
  });

  it("ends with 2 when the port is taken", async () => {
    await using folder = await makeTemporaryFolder();
    const service = await startServe(folder);
    const { exitCode, stderr } = await runCli(
      ["serve", "--data", "other", "--port", new URL(service.url).port],
      folder.path,
    );
    await service.stop("SIGTERM");
    expect([exitCode, stderr.includes("(cli/port-in-use)")]).toEqual([2, true]);
  });
});

describe("the sample", () => {
  it("is the message that its script says", async () => {
    async function* decode() {
      for await (const event of decodeArchive([await readFile(SAMPLE)], { limits: DEFAULT_LIMITS, carve: false })) {
        if (event.kind === "bytes") yield event.bytes;
      }
    }
    expect(Buffer.from(await collectBytes(decode())).toString()).toBe(SAMPLE_MESSAGE);
  });
});
