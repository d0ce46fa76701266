import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { FileView } from "../../functions/api/files/file-contract.ts";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder } from "./run-cli.ts";
import { type Serve, startServe } from "./start-serve.ts";

const UPLOADS = 200;

interface JobList {
  readonly jobs: readonly JobView[];
}

const read = async <T>(service: Serve, path: string) => (await (await fetch(service.url + path)).json()) as T;

async function jobsWhenAllEnded(service: Serve): Promise<readonly JobView[]> {
  for (;;) {
    const { jobs } = await read<JobList>(service, "/v1/jobs?limit=1000");
    if (jobs.every(({ finishedAt }) => finishedAt !== null)) return jobs;
    await sleep(200);
  }
}

const filesBelow = async (folder: string) => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

describe("the served service", () => {
  it(`takes ${UPLOADS} uploads at once, loses none and converts each to its own mail`, async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await startServe(folder);
    const messages = Array.from({ length: UPLOADS }, (_, seed) => makeMessage({ seed, subject: `Letter ${seed}` }));
    const send = async (message: Uint8Array, index: number) => {
      const body = makeArchive(message) as Uint8Array<ArrayBuffer>;
      const answer = await fetch(`${service.url}/v1/jobs?filename=${index}.hu01`, { method: "POST", body });
      expect(answer.status).toBe(202);
      return ((await answer.json()) as JobView).id;
    };
    const ids = await Promise.all(messages.map(send));
    expect(new Set(ids).size).toBe(UPLOADS);
    const jobs = await jobsWhenAllEnded(service);
    expect(jobs.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(jobs.filter(({ status }) => status !== "succeeded")).toEqual([]);
    for (const [index, id] of ids.entries()) {
      const { files } = await read<{ files: FileView[] }>(service, `/v1/jobs/${id}/files?kind=mail`);
      expect(files).toHaveLength(1);
      const mail = await (await fetch(service.url + files[0]?.url)).arrayBuffer();
      expect(Buffer.from(mail).equals(messages[index] as Uint8Array)).toBe(true);
    }
  });

  it("keeps nothing of an upload that is cut off in the middle, in one form or the other", async () => {
    await using folder = await makeTemporaryFolder();
    await using service = await startServe(folder);
    const growing = join(folder.path, "data", ".partial");
    await cutOff(service, "POST /v1/jobs?filename=a.hu01", growing);
    expect(await jobsWhenAllEnded(service)).toMatchObject([{ status: "expired" }]);
    const announced = await fetch(`${service.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ filename: "b.hu01", size: 1_000_000 }),
    });
    const { id, upload } = (await announced.json()) as { id: string; upload: { url: string } };
    await cutOff(service, `PUT ${upload.url.slice(service.url.length)}`, growing);
    // It says what it is: nobody works on it, nothing of it is there, and it may be sent again until its time is over.
    expect(await read(service, `/v1/jobs/${id}`)).toMatchObject({ status: "awaiting_upload", startedAt: null });
    expect(await read(service, `/v1/jobs/${id}/upload`)).toMatchObject({ received: [] });
    expect((await fetch(upload.url, { method: "PUT", body: "HU01".padEnd(1_000_000) })).status).toBe(200);
  });
});

/** Sends most of a million bytes, waits until some of them are stored, and goes away; then waits until they are not. */
async function cutOff({ url }: Serve, line: string, growing: string): Promise<void> {
  const port = Number(new URL(url).port);
  const socket = connect(port, "127.0.0.1");
  socket.write(`${line} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 1000000\r\n\r\n${"x".repeat(700_000)}`);
  while ((await filesBelow(growing)).length === 0) await sleep(5);
  socket.destroy();
  while ((await filesBelow(growing)).length > 0) await sleep(5);
}
