import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import { type Serve, startServe } from "../local/start-serve.ts";
import { makeArchive } from "../support/make-archive.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

/**
 * Prints what a local service, a process of its own, needs for large uploads and downloads and for many small ones:
 *
 *   npm run bench:api -- --mib 2048 --uploads 200
 */
const { values } = parseArgs({
  options: { mib: { type: "string", default: "2048" }, uploads: { type: "string", default: "200" } },
});
const MEBIBYTE = 1024 ** 2;
const BYTES = Number(values.mib) * MEBIBYTE;
const UPLOADS = Number(values.uploads);
const CHUNK = Buffer.alloc(MEBIBYTE, 7);

interface Announced {
  readonly id: string;
  readonly upload: Upload;
}
interface Upload {
  readonly parts: readonly { readonly part: number; readonly bytes: number; readonly url: string }[];
  readonly nextPart?: number | null;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
print("| what | time | most memory resident |\n|---|---:|---:|");
await measure(`upload of ${values.mib} MiB as one body`, uploadBody);
await measure(`upload of ${values.mib} MiB in parts of 16 MiB, joined`, uploadParts);
await measure(`download of ${values.mib} MiB`, download);
await measure(`${UPLOADS} uploads at once, all converted`, uploadMany);

/** Each in a new service, so that each has its own peak. */
async function measure(what: string, act: (serve: Serve, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hu01-bench-"));
  try {
    await using serve = await startServe({ path: folder }, "--sample");
    const begun = performance.now();
    await act(serve, folder);
    const seconds = (performance.now() - begun) / 1000;
    print(`| ${what} | ${seconds.toFixed(1)} s | ${Math.round((await serve.peakBytes()) / 1e6)} MB |`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function uploadBody({ url }: Serve): Promise<void> {
  const answer = await send(`${url}/v1/jobs?filename=large.bin`, "POST", BYTES);
  const { source } = (await answer.json()) as JobView;
  check(source.size === BYTES, `the service has ${source.size} bytes`);
}

async function uploadParts({ url }: Serve): Promise<void> {
  const begun = await post(`${url}/v1/jobs`, { filename: "large.bin", size: BYTES });
  const { id, upload } = (await begun.json()) as Announced;
  const parts: { part: number; etag: string }[] = [];
  for (let page: Upload | null = upload; page !== null; page = await nextPage(url, id, page)) {
    for (const { part, bytes, url: link } of page.parts) {
      const sent = await send(link, "PUT", bytes);
      parts.push({ part, etag: sent.headers.get("etag") ?? "" });
    }
  }
  const completed = await post(`${url}/v1/jobs/${id}/upload/complete`, { parts });
  const { source } = (await completed.json()) as JobView;
  check(source.size === BYTES, `the service has ${source.size} bytes`);
}

async function nextPage(url: string, id: string, { nextPart = null }: Upload): Promise<Upload | null> {
  if (nextPart === null) return null;
  return (await (await fetch(`${url}/v1/jobs/${id}/upload?from=${nextPart}`)).json()) as Upload;
}

/** The file has no bytes on the disk, but the service does not know that. */
async function download({ url }: Serve, folder: string): Promise<void> {
  const { jobs } = (await (await fetch(`${url}/v1/jobs`)).json()) as { jobs: readonly JobView[] };
  const { id = "" } = jobs[0] ?? {};
  await truncate(join(folder, "data", "results", id, "report.json"), BYTES);
  let received = 0;
  for await (const chunk of (await fetch(`${url}/v1/jobs/${id}/files/report.json`)).body ?? [])
    received += chunk.length;
  check(received === BYTES, `${received} bytes came`);
}

async function uploadMany({ url }: Serve): Promise<void> {
  const archives = Array.from({ length: UPLOADS }, (_, seed) => makeArchive(makeMessage({ seed })));
  const sendOne = (archive: Uint8Array) =>
    fetch(`${url}/v1/jobs?filename=small.hu01`, { method: "POST", body: archive as Uint8Array<ArrayBuffer> });
  const answers = await Promise.all(archives.map(sendOne));
  check(
    answers.every(({ status }) => status === 202),
    "an upload was refused",
  );
  for (;;) {
    const { jobs } = (await (await fetch(`${url}/v1/jobs?limit=1000`)).json()) as { jobs: readonly JobView[] };
    const done = jobs.filter(({ status }) => status === "succeeded");
    // One more is the sample.
    if (done.length === UPLOADS + 1) return;
    check(
      jobs.every(({ status }) => status !== "failed"),
      "a job failed",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function send(url: string, method: string, bytes: number): Promise<Response> {
  function* body() {
    for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, Math.min(left, CHUNK.length));
  }
  const answer = await fetch(url, {
    method,
    headers: { "content-length": String(bytes) },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: "half",
  });
  check(answer.ok, `${method} was answered with ${answer.status}`);
  return answer;
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  check(answer.ok, `POST was answered with ${answer.status}`);
  return answer;
}

function check(isTrue: boolean, complaint: string): void {
  if (!isTrue) throw new Error(complaint);
}
