import type { ObjectStore } from "../../../shared/object-store.ts";
import type { FileView } from "./file-contract.ts";
import { type FileKind, folderOfKind, kindOf } from "./file-kind.ts";
import { mediaTypeOf } from "./media-type.ts";
import { BEHIND_WORK } from "./result-path.ts";

/** A file of a job's result: its path below the job's folder, and its size in bytes. */
export interface ResultFile {
  readonly path: string;
  readonly size: number;
}

/** Which files: of one kind or of all, behind the path `after`. */
export interface FileSelection {
  readonly kind?: FileKind | undefined;
  readonly after?: string;
}

/** The files of a job's result, by path in the order of its UTF-8 bytes; one page of the store's at a time is held. */
export async function* walkFiles(
  results: ObjectStore,
  jobId: string,
  { kind, after = "" }: FileSelection = {},
): AsyncGenerator<ResultFile> {
  const root = `${jobId}/`;
  const folder = kind === undefined ? null : folderOfKind(kind);
  const place = Buffer.compare(Buffer.from(after), Buffer.from(BEHIND_WORK)) > 0 ? after : BEHIND_WORK;
  const options = folder === null || after !== "" ? { after: root + place } : {};
  for await (const { key, size } of results.list(folder === null ? root : `${root}${folder}/`, options)) {
    const path = key.slice(root.length);
    if (kind === undefined || kindOf(path) === kind) yield { path, size };
  }
}

/** Up to `limit` of these files as a client sees them. */
export async function listFiles(
  results: ObjectStore,
  jobId: string,
  { limit, ...selection }: FileSelection & { readonly limit: number },
): Promise<FileView[]> {
  const files: FileView[] = [];
  for await (const file of walkFiles(results, jobId, selection)) {
    files.push(toFileView(jobId, file));
    if (files.length === limit) break;
  }
  return files;
}

function toFileView(jobId: string, { path, size }: ResultFile): FileView {
  const url = `/v1/jobs/${encodeURIComponent(jobId)}/files/${path.split("/").map(encodeURIComponent).join("/")}`;
  return { path, kind: kindOf(path), size, mediaType: mediaTypeOf(path), url };
}
