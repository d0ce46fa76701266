import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { FileView } from "../../functions/api/files/file-contract.ts";
import type { JobView } from "../../functions/api/jobs/job-contract.ts";
import { openDataFolder } from "../../functions/local/data-folder.ts";
import { startService } from "../../functions/local/service.ts";
import { createLog } from "../../functions/log.ts";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { makeArchive } from "../support/make-archive.ts";
import { processorMillis } from "../support/processor-time.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const MESSAGES = 30_000;
/** What is asked of the service; the time on the wall would tell how busy this machine is. */
const MAX_MILLIS = 5_000;

const startIn = async (folder: string) => {
  const data = await openDataFolder(folder);
  const log = createLog(() => undefined);
  const service = await startService({ data, host: "127.0.0.1", port: 0, log, token: null });
  const ask = (path: string, init: RequestInit = {}) => fetch(service.url + path, init);
  const jobAt = async (path: string) => (await (await ask(path)).json()) as JobView;
  const until = async (path: string, isSo: (job: JobView) => boolean) => {
    for (;;) {
      const job = await jobAt(path);
      if (isSo(job)) return job;
      await sleep(20);
    }
  };
  return { ask, until, [Symbol.asyncDispose]: () => service.close(5_000) };
};

describe("a large job of the local service", { timeout: 120_000 }, () => {
  it("is stopped within 5 s, keeps what it has finished, and can be done again", async () => {
    const folder = join(await makeTemporaryFolder(), "data");
    await using service = await startIn(folder);
    const few = Array.from({ length: 100 }, (_, seed) => makeArchive(makeMessage({ seed, textBytes: 500 })));
    const archive = concatBytes(Array.from({ length: MESSAGES }, (_, index) => few[index % 100] ?? new Uint8Array(0)));
    const body = archive as Uint8Array<ArrayBuffer>;
    const { links } = (await (await service.ask("/v1/jobs", { method: "POST", body })).json()) as JobView;
    await service.until(links.self, ({ progress }) => progress.items.mail > 200);
    const before = processorMillis();
    expect((await service.ask(`${links.self}/cancel`, { method: "POST" })).status).toBe(202);
    const canceled = await service.until(links.self, ({ finishedAt }) => finishedAt !== null);
    expect(processorMillis() - before).toBeLessThan(MAX_MILLIS);
    expect(canceled.status).toBe("canceled");

    const manifest = (await (await service.ask(links.manifest)).text()).trimEnd().split("\n");
    const listed = manifest.flatMap((line) => (JSON.parse(line) as { path?: string }).path ?? []).sort();
    expect(listed.length).toBeGreaterThan(200);
    expect(listed.length).toBeLessThan(MESSAGES);
    const seen: string[] = [];
    for (let next: string | undefined = `${links.files}?kind=mail&limit=1000`; next !== undefined; ) {
      const response = await service.ask(next);
      seen.push(...((await response.json()) as { files: FileView[] }).files.map(({ path }) => path));
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(seen.sort()).toEqual(listed);
    expect((await service.ask(links.report)).status).toBe(404);

    const again = (await (await service.ask(`${links.self}/retry`, { method: "POST" })).json()) as JobView;
    expect(again).toMatchObject({ retryOf: canceled.id, status: "queued" });
    await service.until(again.links.self, ({ status }) => status === "running");
    await service.ask(`${again.links.self}/cancel`, { method: "POST" });
    await service.until(again.links.self, ({ finishedAt }) => finishedAt !== null);

    for (const { self } of [again.links, links]) {
      expect((await service.ask(self, { method: "DELETE" })).status).toBe(204);
    }
    for (const place of ["results", "uploads"]) {
      expect(await readdir(join(folder, place), { recursive: true }).catch(() => [])).toEqual([]);
    }
  });
});
