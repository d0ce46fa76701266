import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import { readFailed, writeFailed } from "./aws-fault.ts";
import { decodeKey } from "./s3-key.ts";
import { toEtag } from "./s3-read.ts";

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** One state that an object was in. */
interface Version {
  readonly id: string;
  /** Null for the mark that a deletion leaves. */
  readonly etag: string | null;
}

/**
 * Removes every version of an object, or only those with an etag, and the marks of its deletions. What others put
 * there before or later stays, and is no more visible than it was.
 *
 * In a bucket without versions the object is its only one. Broken off, it can be begun again.
 *
 * @throws StoreError stores/read-failed, stores/write-failed, stores/access-denied
 */
export async function purgeObject(client: S3Client, place: Place, etag: string | null): Promise<void> {
  const versions = await listVersions(client, place);
  const ours = versions.filter((version) => version.etag !== null && (etag === null || version.etag === etag));
  // First out of sight: with the newest version alone gone, an older one would come to light.
  if (etag === null || (ours.length > 0 && ours[0] === versions[0])) await remove(client, place);
  for (const { id } of ours) await remove(client, place, id);
  const left = await listVersions(client, place);
  if (left.some((version) => version.etag !== null)) return;
  for (const { id } of left) await remove(client, place, id);
}

async function remove(client: S3Client, place: Place, versionId?: string): Promise<void> {
  try {
    await client.send(
      new DeleteObjectCommand({ ...place, ...(versionId === undefined ? {} : { VersionId: versionId }) }),
    );
  } catch (error) {
    throw writeFailed(error);
  }
}

/** The newest first. */
async function listVersions(client: S3Client, { Bucket, Key }: Place): Promise<readonly Version[]> {
  const found: (Version & { readonly modified: number; readonly isLatest: boolean })[] = [];
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await listPage(client, { Bucket, Prefix: Key, EncodingType: "url", ...from });
    const marks = (page.DeleteMarkers ?? []).map((mark) => ({ ...mark, ETag: null }));
    for (const { Key: key = "", VersionId: id = "null", ETag, IsLatest: isLatest = false, LastModified } of [
      ...(page.Versions ?? []),
      ...marks,
    ]) {
      if (decodeKey(key, page.EncodingType) !== Key) continue;
      const etag = ETag === null ? null : toEtag(ETag ?? "");
      found.push({ id, etag, isLatest, modified: LastModified?.getTime() ?? 0 });
    }
    // Keys come in order, so what begins with this one and goes on stands behind it.
    const next = decodeKey(page.NextKeyMarker ?? "", page.EncodingType);
    if (!page.IsTruncated || next !== Key) break;
    from = {
      KeyMarker: next,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
  return found.sort((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.modified - a.modified);
}

async function listPage(client: S3Client, input: ConstructorParameters<typeof ListObjectVersionsCommand>[0]) {
  try {
    return await client.send(new ListObjectVersionsCommand(input));
  } catch (error) {
    throw readFailed(error);
  }
}
