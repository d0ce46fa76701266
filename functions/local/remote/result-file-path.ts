import { LocalError } from "../local-error.ts";

const MAX_PATH_BYTES = 1000;
const MAX_SEGMENT_BYTES = 255;
/** Controls, halves of surrogate pairs, and what Windows reads as syntax. */
const UNSAFE_CHARACTER = /[\p{Cc}\p{Cs}\\:*?"<>|]/u;
/** Devices of Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/iu;

/**
 * The path of a result file as the service names it, when it can only lead down from a folder, on any system.
 *
 * @throws LocalError cli/path-unsafe
 */
export function checkResultFilePath(path: string): string {
  const isSafe = Buffer.byteLength(path) <= MAX_PATH_BYTES && path.split("/").every(isSafeSegment);
  if (isSafe) return path;
  throw new LocalError("cli/path-unsafe", undefined, { details: { pathBytes: Buffer.byteLength(path) } });
}

function isSafeSegment(segment: string): boolean {
  if (segment === "" || segment === "." || segment === "..") return false;
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES || /[. ]$/u.test(segment)) return false;
  return !UNSAFE_CHARACTER.test(segment) && !DEVICE.test(segment);
}
