import { resolve, sep } from "node:path";
import { StoreError } from "../../shared/errors.ts";

/** The folder at the root of a store where files grow until they are complete. No key may name it. */
export const PARTIAL_FOLDER = ".partial";

const MAX_KEY_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
/** What a file name cannot hold beside NUL: on Windows, all that Windows reads as syntax. */
const UNSAFE = process.platform === "win32" ? /[\\:*?"<>|]|[. ]$/ : /(?!)/;
/** Half of a surrogate pair: it has no UTF-8, so two different keys would become one file. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The file that holds an object: its key read as a path below the root.
 *
 * @param root absolute path of the store
 * @throws StoreError stores/key-invalid when the key is no safe path below the root
 */
export function keyToPath(root: string, key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > MAX_KEY_BYTES)
    throw keyInvalid(`The key has ${bytes} bytes; 1 to ${MAX_KEY_BYTES} can be.`);
  if (LONE_SURROGATE.test(key)) throw keyInvalid("The key is not well-formed Unicode.");
  const segments = key.split("/");
  for (const segment of segments) checkSegment(segment);
  if (segments[0] === PARTIAL_FOLDER) throw keyInvalid(`The folder ${PARTIAL_FOLDER} belongs to the store.`);
  const path = resolve(root, ...segments);
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) throw keyInvalid("The key leads out of the store.");
  return path;
}

function checkSegment(segment: string): void {
  if (segment === "") throw keyInvalid("The key has an empty segment, which no folder can be named.");
  if (segment === "." || segment === "..") throw keyInvalid("The key has a segment of dots, which leads elsewhere.");
  if (segment.includes("\0") || UNSAFE.test(segment))
    throw keyInvalid("The key has a character that a file name cannot have.");
  const bytes = Buffer.byteLength(segment);
  if (bytes > MAX_SEGMENT_BYTES) {
    throw keyInvalid(`A segment of the key has ${bytes} bytes; a file name has at most ${MAX_SEGMENT_BYTES}.`);
  }
}

function keyInvalid(message: string): StoreError {
  return new StoreError("stores/key-invalid", message);
}
