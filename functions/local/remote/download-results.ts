import { join } from "node:path";
import pMap from "p-map";
import * as z from "zod";
import { fileListSchema } from "../../api/files/file-contract.ts";
import { createDirectoryObjectStore } from "../../stores/directory-object-store.ts";
import type { ByteMeter } from "./byte-meter.ts";
import { checkManifest } from "./check-manifest.ts";
import { downloadFile } from "./download-file.ts";
import { type Remote, readJson } from "./remote.ts";
import { checkResultFilePath } from "./result-file-path.ts";

const CONCURRENT_DOWNLOADS = 8;
const PAGE_SIZE = "1000";
/** What this program needs of a list of files; a newer service may tell more. */
const remoteListSchema = fileListSchema.extend({
  files: z.array(fileListSchema.shape.files.element.pick({ path: true, size: true, url: true })),
});

type RemoteFile = z.infer<typeof remoteListSchema>["files"][number];

/** The folder in the workshop; a name that no service chooses. */
const RESULT = "result";

/**
 * Downloads all files of a job's result, several at a time, and checks their sizes and sums.
 *
 * @param folder gets the result's folder
 * @returns the result's folder
 * @throws LocalError cli/remote-unreachable, cli/download-mismatch, cli/path-unsafe, cli/remote-answer
 * @throws StoreError stores/write-failed
 * @throws ArchiveError what the service says
 */
export async function downloadResults(
  remote: Remote,
  jobId: string,
  folder: string,
  meter: ByteMeter,
): Promise<string> {
  const { signal } = remote;
  const store = createDirectoryObjectStore(folder);
  const download = async (file: RemoteFile) => {
    const path = checkResultFilePath(file.path);
    meter.expect(file.size);
    await store.write(`${RESULT}/${path}`, counted(downloadFile(remote, file), meter), { signal });
  };
  await pMap(listResultFiles(remote, jobId), download, { concurrency: CONCURRENT_DOWNLOADS, signal });
  await checkManifest(join(folder, RESULT), signal);
  return join(folder, RESULT);
}

async function* listResultFiles({ client }: Remote, id: string): AsyncGenerator<RemoteFile> {
  const list = client.api.v1.jobs[":id"].files;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await readJson(await list.$get({ param: { id: encodeURIComponent(id) }, query }), remoteListSchema);
    yield* page.files;
    cursor = page.nextCursor;
  }
}

async function* counted(content: AsyncIterable<Uint8Array>, meter: ByteMeter) {
  for await (const chunk of content) {
    meter.add(chunk.length);
    yield chunk;
  }
}
