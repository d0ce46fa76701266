import type { ObjectStore } from "../../../shared/object-store.ts";
import type { FileView } from "./file-contract.ts";
import { mediaTypeOf } from "./media-type.ts";

/** Up to `limit` files of a job's result, by path in the order of its UTF-8 bytes, beginning behind the path `after`. */
export async function listFiles(
  results: ObjectStore,
  jobId: string,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<FileView[]> {
  const prefix = `${jobId}/`;
  const files: FileView[] = [];
  for await (const { key, size } of results.list(prefix, after === undefined ? {} : { after: prefix + after })) {
    files.push(toFileView(jobId, key.slice(prefix.length), size));
    if (files.length === limit) break;
  }
  return files;
}

function toFileView(jobId: string, path: string, size: number): FileView {
  const url = `/v1/jobs/${encodeURIComponent(jobId)}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
  return { path, size, mediaType: mediaTypeOf(path), url };
}
