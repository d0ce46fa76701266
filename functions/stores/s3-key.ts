import { StoreError } from "../../shared/errors.ts";

/** What S3 takes. */
const MAX_KEY_BYTES = 1024;
/** Half of a surrogate pair: it has no UTF-8, so two different keys would become one object. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** What stands in a URL's path for another place: S3 refuses some of these, and proxies rewrite them. */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * The key of an object in the bucket.
 *
 * @param prefix of the store in its bucket
 * @throws StoreError stores/key-invalid
 */
export function toS3Key(prefix: string, key: string): string {
  const bytes = Buffer.byteLength(prefix) + Buffer.byteLength(key);
  if (key === "") throw keyInvalid("The key is empty.");
  if (bytes > MAX_KEY_BYTES) throw keyInvalid(`The key has ${bytes} bytes; ${MAX_KEY_BYTES} can be.`);
  if (!isAddressable(key)) throw keyInvalid("The key has a segment of dots, a NUL, or is not well-formed Unicode.");
  return prefix + key;
}

/** True for a key that any S3 and all between gives back letter by letter. Others do not exist for the store. */
export function isAddressable(key: string): boolean {
  return !(DOT_SEGMENT.test(key) || key.includes("\0") || LONE_SURROGATE.test(key));
}

/**
 * A key of a listing that was asked for with EncodingType=url. S3 encodes keys like the fields of a form; a server that
 * does not know the request leaves them alone and says so.
 */
export function decodeKey(key: string, encoding: string | undefined): string {
  return encoding === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}

function keyInvalid(message: string): StoreError {
  return new StoreError("stores/key-invalid", message);
}
