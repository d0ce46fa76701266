import { hash, randomUUID } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { WriteOptions } from "../../shared/object-store.ts";
import { toFault, writeFailed } from "./aws-fault.ts";
import { cutIntoParts, type Part } from "./s3-parts.ts";
import { type S3Place, toEtag } from "./s3-read.ts";

/** What has been written. */
interface Written {
  readonly size: number;
  readonly etag: string;
}

/** What every request of one write needs. */
interface Writing {
  readonly client: S3Client;
  readonly place: S3Place;
  readonly mediaType: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes a source as one object: in a single request when it fits, else in parts, of which one is on its way while the
 * next is gathered. So a write holds two parts, and the sixteen of a conversion together stay below 160 MiB. Every
 * request carries the SHA-256 of its body, which S3 checks and keeps.
 *
 * @throws StoreError stores/access-denied, stores/object-too-large, stores/write-failed; an error of the source as it
 *   is; the signal's reason
 */
export async function writeObject(
  client: S3Client,
  place: S3Place,
  content: ByteSource,
  { mediaType, signal }: WriteOptions,
): Promise<Written> {
  signal?.throwIfAborted();
  const writing: Writing = { client, place, mediaType, signal };
  let upload: MultipartUpload | null = null;
  try {
    for await (const part of cutIntoParts(content, signal)) {
      if (upload === null && part.isLast) return await putWhole(writing, part.bytes);
      upload ??= await MultipartUpload.begin(writing);
      await upload.add(part);
    }
    if (upload === null) throw new Error("A source without a last part.");
    return await upload.complete();
  } catch (error) {
    await upload?.abort();
    throw error;
  }
}

async function putWhole(writing: Writing, bytes: Uint8Array): Promise<Written> {
  const command = new PutObjectCommand({
    ...writing.place,
    ...contentType(writing),
    Body: bytes,
    ChecksumSHA256: hash("sha256", bytes, "base64"),
  });
  const { ETag = "" } = await sending(writing, (options) => writing.client.send(command, options));
  return { size: bytes.length, etag: toEtag(ETag) };
}

/** An object that comes into being part by part, and exists once all are there. */
class MultipartUpload {
  readonly #writing: Writing;
  readonly #uploadId: string | undefined;
  /** Says of the finished object that it is this one. */
  readonly #token: string;
  readonly #parts: CompletedPart[] = [];
  #size = 0;
  #underWay: Promise<void> = Promise.resolve();

  private constructor(writing: Writing, uploadId: string | undefined, token: string) {
    this.#writing = writing;
    this.#uploadId = uploadId;
    this.#token = token;
  }

  static async begin(writing: Writing): Promise<MultipartUpload> {
    const token = randomUUID();
    const command = new CreateMultipartUploadCommand({
      ...writing.place,
      ...contentType(writing),
      ChecksumAlgorithm: "SHA256",
      Metadata: { "write-token": token },
    });
    const { UploadId } = await sending(writing, (options) => writing.client.send(command, options));
    return new MultipartUpload(writing, UploadId, token);
  }

  /** Resolves when the next part may be gathered; an earlier part's error may come here. */
  async add(part: Part): Promise<void> {
    await this.#underWay;
    this.#underWay = this.#send(part);
    // Whoever adds next or completes sees the failure; nobody may ever do so.
    this.#underWay.catch(() => undefined);
  }

  async complete(): Promise<Written> {
    await this.#underWay;
    const { client, place } = this.#writing;
    const MultipartUpload = { Parts: this.#parts };
    const command = new CompleteMultipartUploadCommand({ ...place, UploadId: this.#uploadId, MultipartUpload });
    const etag = await sending(this.#writing, async (options) => {
      try {
        const { ETag } = await client.send(command, options);
        // Ceph's answer has an empty one.
        return ETag || (await this.#findCompleted(new Error("The finished upload is not to be found.")));
      } catch (error) {
        // The answer to an earlier try may have been lost, and the upload is gone because it is complete.
        if (toFault(error).system === "NoSuchUpload") return await this.#findCompleted(error);
        throw error;
      }
    });
    return { size: this.#size, etag: toEtag(etag ?? "") };
  }

  /** Best effort. S3 may keep a part that arrives after this, so none may be under way. Never rejects. */
  async abort(): Promise<void> {
    await this.#underWay.catch(() => undefined);
    const { client, place } = this.#writing;
    const command = new AbortMultipartUploadCommand({ ...place, UploadId: this.#uploadId });
    await client.send(command).catch(() => undefined);
  }

  async #send({ number, bytes }: Part): Promise<void> {
    const { client, place } = this.#writing;
    const ChecksumSHA256 = hash("sha256", bytes, "base64");
    const numbered = { ...place, UploadId: this.#uploadId, PartNumber: number };
    const command = new UploadPartCommand({ ...numbered, Body: bytes, ChecksumSHA256 });
    const { ETag } = await sending(this.#writing, (options) => client.send(command, options));
    this.#parts.push({ PartNumber: number, ETag, ChecksumSHA256 });
    this.#size += bytes.length;
  }

  async #findCompleted(cause: unknown): Promise<string | undefined> {
    const { client, place } = this.#writing;
    const { ETag, Metadata } = await client.send(new HeadObjectCommand(place));
    if (Metadata?.["write-token"] !== this.#token) throw cause;
    return ETag;
  }
}

async function sending<T>(
  { signal }: Writing,
  send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  try {
    return await send(signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw writeFailed(error);
  }
}

function contentType({ mediaType }: Writing): { ContentType?: string } {
  return mediaType === undefined ? {} : { ContentType: mediaType };
}
