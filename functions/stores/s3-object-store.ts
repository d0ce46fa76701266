import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { DeleteOptions, ObjectFacts, ObjectStore, ReadOptions, WriteOptions } from "../../shared/object-store.ts";
import { readFailed, toFault, writeFailed } from "./aws-fault.ts";
import { decodeKey, isAddressable, toS3Key } from "./s3-key.ts";
import { purgeObject } from "./s3-purge.ts";
import { readObject, toEtag } from "./s3-read.ts";
import { writeObject } from "./s3-write.ts";

export interface S3ObjectStoreOptions {
  /** Made by `createS3Client`; is not closed by the store. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Stands before every key in the bucket, as in `results/`. Objects without it do not exist for the store. */
  readonly prefix?: string;
}

/**
 * Objects in one S3 bucket.
 *
 * Etags are those of S3 without their quotes, as S3's events have them. A read holds on to the etag it began with: a
 * connection that breaks is taken up again where it stopped, and an object that was overwritten meanwhile ends the read
 * with stores/source-changed. In a bucket with versions, a `delete` without options puts a marker on top and the older
 * versions stay until a lifecycle rule removes them; one with options removes versions, and needs leave to list them; `head`, `read` and `list` know the newest only. An upload in parts that is not
 * finished is aborted; if even that fails, the bucket's lifecycle has to remove the parts.
 *
 * Errors: stores/not-found, stores/source-changed, stores/key-invalid, stores/access-denied, stores/object-too-large,
 * stores/read-failed, stores/write-failed. A bucket that does not exist is one of the last two.
 */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  return new S3ObjectStore(options);
}

class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ client, bucket, prefix = "" }: S3ObjectStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async head(key: string): Promise<ObjectFacts | null> {
    const place = this.#locate(key);
    try {
      const command = new HeadObjectCommand(place);
      const { ContentLength = 0, ETag = "" } = await this.#client.send(command);
      return { key, size: ContentLength, etag: toEtag(ETag) };
    } catch (error) {
      if (toFault(error).status === 404) return null;
      throw readFailed(error);
    }
  }

  async *read(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    yield* readObject(this.#client, this.#locate(key), options);
  }

  async write(key: string, content: ByteSource, options: WriteOptions = {}): Promise<ObjectFacts> {
    const { size, etag } = await writeObject(this.#client, this.#locate(key), content, options);
    return { key, size, etag };
  }

  async *list(prefix: string, { after = "" }: { readonly after?: string } = {}): AsyncGenerator<ObjectFacts> {
    let from: { StartAfter?: string; ContinuationToken?: string } =
      after === "" ? {} : { StartAfter: this.#prefix + after };
    for (;;) {
      const page = await this.#listPage(prefix, from);
      for (const { Key = "", Size = 0, ETag = "" } of page.Contents ?? []) {
        const key = decodeKey(Key, page.EncodingType).slice(this.#prefix.length);
        if (key !== "" && isAddressable(key)) yield { key, size: Size, etag: toEtag(ETag) };
      }
      if (page.NextContinuationToken === undefined) return;
      from = { ContinuationToken: page.NextContinuationToken };
    }
  }

  async delete(key: string, { etag, everyVersion = false }: DeleteOptions = {}): Promise<void> {
    const place = this.#locate(key);
    if (everyVersion || etag !== undefined) return await purgeObject(this.#client, place, etag ?? null);
    try {
      await this.#client.send(new DeleteObjectCommand(place));
    } catch (error) {
      throw writeFailed(error);
    }
  }

  async #listPage(prefix: string, from: { StartAfter?: string; ContinuationToken?: string }) {
    try {
      // Encoded, because XML has no way to write some of the characters that a key may have.
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        EncodingType: "url",
        ...from,
      });
      return await this.#client.send(command);
    } catch (error) {
      throw readFailed(error);
    }
  }

  #locate(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: toS3Key(this.#prefix, key) };
  }
}
