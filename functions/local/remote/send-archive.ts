import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { v7 } from "uuid";
import { ArchiveError } from "../../../shared/errors.ts";
import type { ConvertOptions } from "../../../shared/options.ts";
import { awaitingJobSchema } from "../../api/uploads/upload-contract.ts";
import type { ByteMeter } from "./byte-meter.ts";
import { type Remote, readJson } from "./remote.ts";
import { sendParts } from "./send-parts.ts";
import { sendPiece } from "./send-piece.ts";

const createdSchema = awaitingJobSchema.pick({ id: true, upload: true });

/** How a file is to be converted, and who is told. */
export interface Sending {
  readonly options: ConvertOptions;
  /** Told the job's id as soon as there is a job. */
  readonly onJob: (id: string) => void;
  readonly meter: ByteMeter;
}

/**
 * Makes a job for a file and sends the file where the service wants it: to itself, or to its store. Size and SHA-256
 * are announced, so what arrives is what was sent. Requests that fail are sent again.
 *
 * @returns the job's id
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError payload/empty, and what the service says
 */
export async function sendArchive(remote: Remote, path: string, sending: Sending): Promise<string> {
  const file = await openAsBlob(path);
  if (file.size === 0) throw new ArchiveError("payload/empty");
  sending.meter.expect(file.size);
  const sha256 = await hashFile(path, remote.signal);
  const json = { filename: basename(path), size: file.size, sha256, options: sending.options };
  const created = await remote.client.fetchLink("/v1/jobs", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": v7() },
    body: JSON.stringify(json),
  });
  const { id, upload } = await readJson(created, createdSchema);
  sending.onJob(id);
  const { mode, url = "", headers } = upload;
  if (mode === "single") await sendPiece(remote, { url, content: file, headers }, sending.meter);
  else await sendParts(remote, { id, file, upload }, sending.meter);
  return id;
}

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest("hex");
}
