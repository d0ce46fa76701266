import pMap from "p-map";
import { v7 } from "uuid";
import * as z from "zod";
import { hasCode } from "../../../shared/errors.ts";
import { type UploadView, uploadStateSchema } from "../../api/uploads/upload-contract.ts";
import type { ByteMeter } from "./byte-meter.ts";
import { type Remote, readJson } from "./remote.ts";
import { sendPiece } from "./send-piece.ts";

const CONCURRENT_PARTS = 4;

/** A file and where its parts go. */
export interface PartedUpload {
  /** Of the job. */
  readonly id: string;
  readonly file: Blob;
  /** As the service gave it with the job. */
  readonly upload: UploadView;
}

interface SentPart {
  readonly part: number;
  readonly etag: string;
}

/**
 * Sends the parts of a file, several at a time, and has the service join them.
 *
 * @throws LocalError cli/remote-unreachable, cli/remote-answer
 * @throws ArchiveError what the service says
 */
export async function sendParts(remote: Remote, parted: PartedUpload, meter: ByteMeter): Promise<void> {
  const address = `/v1/jobs/${encodeURIComponent(parted.id)}/upload`;
  const parts: SentPart[] = [];
  for (let links: UploadView | null = parted.upload; links !== null; ) {
    const { parts: slots = [], headers, nextPart }: UploadView = links;
    const send = (slot: Slot) => sendPart(remote, { ...slot, address, headers, parted }, meter);
    parts.push(...(await pMap(slots, send, { concurrency: CONCURRENT_PARTS, signal: remote.signal })));
    links = typeof nextPart === "number" ? await askForLinks(remote, address, nextPart) : null;
  }
  const done = await remote.client.fetchLink(`${address}/complete`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": v7() },
    body: JSON.stringify({ parts }),
  });
  await readJson(done, z.object({ id: z.string() }));
}

type Slot = Pick<NonNullable<UploadView["parts"]>[number], "part" | "url">;

interface PartToSend extends Slot {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parted: PartedUpload;
}

/** Links are good for minutes: one that is over is asked for once more. */
async function sendPart(remote: Remote, sent: PartToSend, meter: ByteMeter): Promise<SentPart> {
  const { part, url, address, headers, parted } = sent;
  const partBytes = parted.upload.partBytes ?? parted.file.size;
  const content = parted.file.slice((part - 1) * partBytes, part * partBytes);
  try {
    return { part, etag: await sendPiece(remote, { url, content, headers }, meter) };
  } catch (error) {
    // The service refuses such a link under its own code, its store with a mere 403.
    if (!hasCode(error, "api/upload-link-invalid") && !hasCode(error, "api/unauthenticated")) throw error;
    const { parts = [], headers: now } = await askForLinks(remote, address, part);
    const renewed = parts.find((slot) => slot.part === part);
    if (renewed === undefined) throw error;
    return { part, etag: await sendPiece(remote, { url: renewed.url, content, headers: now }, meter) };
  }
}

async function askForLinks({ client }: Remote, address: string, from: number): Promise<UploadView> {
  return await readJson(await client.fetchLink(`${address}?from=${from}`), uploadStateSchema);
}
