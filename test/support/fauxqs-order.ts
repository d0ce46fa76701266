interface Listed {
  readonly key: string;
}

interface S3Store {
  /** Objects by bucket and key; private in its types. */
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, Listed>>;
}

interface ListOptions {
  readonly prefix?: string;
  readonly maxKeys?: number;
  readonly startAfter?: string;
  readonly delimiter?: string;
}

interface Listing {
  readonly objects: readonly Listed[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
}

interface Prototype {
  listObjects(this: S3Store, bucket: string, options?: ListOptions): Listing;
}

/**
 * Makes fauxqs list keys as S3 does, by their UTF-8 bytes. As it comes (2.4.1) it sorts by the rules of a language and
 * pages by code units, so that whoever reads on behind a key misses others. Listings with a delimiter stay its own.
 */
export async function sortListingsAsS3(): Promise<void> {
  const file = new URL("./s3/s3Store.js", import.meta.resolve("fauxqs"));
  const { S3Store } = (await import(file.href)) as { S3Store: { prototype: Prototype } };
  const original = S3Store.prototype.listObjects;
  if (original.name === "listAsS3") return;
  S3Store.prototype.listObjects = function listAsS3(bucket, options = {}) {
    const objects = this.buckets.get(bucket);
    if (objects === undefined || options.delimiter !== undefined) return original.call(this, bucket, options);
    const { prefix = "", maxKeys = 1000, startAfter = "" } = options;
    const found = [...objects.values()]
      .filter(({ key }) => key.startsWith(prefix) && compareUtf8(key, startAfter) > 0)
      .sort((left, right) => compareUtf8(left.key, right.key));
    return { objects: found.slice(0, maxKeys), commonPrefixes: [], isTruncated: found.length > maxKeys };
  };
}

function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
