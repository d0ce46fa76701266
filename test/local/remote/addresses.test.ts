import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { makeTemporaryFolder, runCli } from "../run-cli.ts";
import { startServe } from "../start-serve.ts";
import { makePlace } from "./remote-place.ts";

const ARCHIVE = makeArchive(makeMessage({ seed: 1, subject: "Tea" }), {});

/** Something that answers, but not as this API. */
async function startOther(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address where nothing listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe.each([
  ["convert", ["convert", "a.hu01", "--out", "out"]],
  ["jobs", ["jobs"]],
])("hu01 %s --remote", (_name, words) => {
  it.each([
    ["nobody listens", closedAddress, "cli/remote-unreachable"],
    ["a web page answers", () => startOther(200, "<h1>It works!</h1>"), "cli/remote-answer"],
    ["another API answers", () => startOther(200, '{"jobs":{}}'), "cli/remote-answer"],
    ["a gateway lets nobody in", () => startOther(403, '{"message":"Forbidden"}'), "api/unauthenticated"],
    ["there is no address", async () => "not an address", "cli/usage"],
    ["it is no address of the web", async () => "ftp://127.0.0.1", "cli/usage"],
    ["the password stands in the address", async () => "https://a:b@127.0.0.1", "cli/usage"],
  ])("ends with 2 and one clear sentence when %s", async (_what, addressOf, code) => {
    const place = await makePlace({ "a.hu01": ARCHIVE });
    const { exitCode, stdout, stderr } = await place.run(...words, "--remote", await addressOf());
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr).toMatch(/^hu01: [^\n]+ \([a-z]+\/[a-z-]+\)\n {6}\S[^\n]+\n$/);
    expect(stderr).toContain(`(${code})`);
    expect(await place.entries()).toEqual(["a.hu01"]);
  });
});

describe("hu01 with a service that asks for a token", () => {
  it("is let in with the right one, by flag or by environment, and with no other", async () => {
    await using folder = await makeTemporaryFolder();
    const serve = await startServe(folder, "--host", "0.0.0.0");
    onTestFinished(() => serve.stop("SIGTERM").then(() => undefined));
    const token = /Bearer (\S{43})'/.exec(serve.screen())?.[1] ?? "";
    const place = await makePlace({ "a.hu01": ARCHIVE });
    const words = ["convert", "a.hu01", "--out", "out", "--remote", `http://127.0.0.1:${new URL(serve.url).port}/`];
    for (const wrong of [[], ["--token", "wrong"]]) {
      const { exitCode, stderr } = await place.run(...words, ...wrong);
      expect([exitCode, stderr.includes("(api/unauthenticated)")]).toEqual([2, true]);
      expect(stderr).not.toContain("wrong");
    }
    expect(await place.run(...words, "--token", token)).toMatchObject({ exitCode: 0, stderr: "" });
    const again = await runCli([...words, "--overwrite"], place.path, { HU01_TOKEN: token });
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
