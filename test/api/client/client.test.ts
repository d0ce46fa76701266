import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClient } from "../../../functions/api/client/client.ts";
import { convertWithService } from "../../../functions/api/client/example.ts";
import { SAMPLE_MESSAGE } from "../../../functions/local/sample/sample-message.ts";
import { makeTemporaryFolder } from "../../local/run-cli.ts";
import { startServe } from "../../local/start-serve.ts";

const SAMPLE = new URL("../../../functions/local/sample/welcome.hu01", import.meta.url);
const CLIENT = fileURLToPath(new URL("../../../functions/api/client/client.ts", import.meta.url));

/** A `fetch` that answers by itself, and what it was asked. */
function listen() {
  const asked: Request[] = [];
  const answer: typeof fetch = async (input, init) => {
    asked.push(new Request(input, init));
    return Response.json({ jobs: [], nextCursor: null });
  };
  return { asked, fetch: answer };
}

describe("the client", () => {
  it("sends an archive to a service, follows its job and downloads the results, as its example does", async () => {
    await using folder = await makeTemporaryFolder();
    const serve = await startServe(folder, "--host", "0.0.0.0");
    onTestFinished(() => serve.stop("SIGTERM").then(() => undefined));
    const token = /Bearer (\S{43})'/.exec(serve.screen())?.[1] ?? "";
    const address = `http://127.0.0.1:${new URL(serve.url).port}/`;
    const files = await convertWithService(address, new Uint8Array(await readFile(SAMPLE)), token);
    expect(files.map(({ path }) => path.split("/")[0]).sort()).toEqual([
      "calendar",
      "contacts",
      "mail",
      "manifest.jsonl",
      "report.json",
    ]);
    const mail = files.find(({ path }) => path.endsWith(".eml"));
    expect(Buffer.from(mail?.bytes ?? []).toString()).toBe(SAMPLE_MESSAGE);
    await expect(convertWithService(address, new Uint8Array(8), "wrong")).rejects.toThrow("401");
    await expect(convertWithService(address, new Uint8Array(Buffer.from("no archive")), token)).rejects.toThrow(
      "failed",
    );
  });

  it("knows requests and answers by their types", async () => {
    const { api } = createClient("https://h.example/hu01/", listen());
    const answer = await api.v1.jobs.$get({ query: { status: "failed", limit: "5" } });
    if (answer.status === 200) {
      const { jobs, nextCursor } = await answer.json();
      const ids: readonly string[] = jobs.map(({ id }) => id);
      expect([ids, nextCursor]).toEqual([[], null]);
      // @ts-expect-error: an answer has no such property.
      expect((await api.v1.jobs.$get({ query: {} })).job).toBeUndefined();
    }
    // @ts-expect-error: no job is ever in that state.
    await api.v1.jobs.$get({ query: { status: "finished" } });
    // @ts-expect-error: a job has no such operation.
    expect(() => api.v1.jobs[":id"].restart.$post({ param: { id: "1" } })).not.toThrow();
  });

  it("puts paths behind the service's own, and sends its token to no other host", async () => {
    const { asked, fetch } = listen();
    const { api, fetchLink } = createClient("https://h.example/hu01/", { token: "t0ken", fetch });
    await api.v1.jobs.$get({ query: {} });
    await fetchLink("/v1/jobs/1/files/a.eml", { headers: { range: "bytes=5-" } });
    await fetchLink("//other.example/a");
    await fetchLink("https://bucket.example/a?signed");
    expect(asked.map(({ url, headers }) => [url, headers.get("authorization"), headers.get("range")])).toEqual([
      ["https://h.example/hu01/v1/jobs", "Bearer t0ken", null],
      ["https://h.example/hu01/v1/jobs/1/files/a.eml", "Bearer t0ken", "bytes=5-"],
      ["https://h.example/hu01//other.example/a", "Bearer t0ken", null],
      ["https://bucket.example/a?signed", null, null],
    ]);
  });

  it("brings no line of the service along", async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [CLIENT],
      bundle: true,
      format: "esm",
      minify: true,
      metafile: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/hono/"));
    expect(inputs.map((path) => path.split("/").slice(-2).join("/"))).toEqual(["client/client.ts"]);
    expect(outputFiles[0]?.contents.length).toBeLessThan(10_000);
  });

  it("is what the package gives to those who install it", async () => {
    const name = "hu01-archive/client";
    expect(await import(name)).toHaveProperty("createClient");
  });
});
