import { StoreError } from "../../shared/errors.ts";

/** What the system says when a key wants a folder where a file is, or the other way round, or a name too long. */
const CLASHES: readonly string[] = ["EISDIR", "ENOTDIR", "ENOTEMPTY", "EEXIST", "ENAMETOOLONG"];

/** The system's name of an error ("ENOSPC"). Its message would name the file, so only this goes anywhere. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
}

/** True when the error says that nothing is there: no such name, or a file where the key wants a folder. */
export function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(systemCode(error));
}

/** stores/read-failed for an error of the file system. */
export function readFailed(error: unknown): StoreError {
  const system = systemCode(error);
  return new StoreError("stores/read-failed", `The folder could not be read: ${system}.`, {
    details: { system },
    cause: error,
  });
}

/** stores/write-failed for an error of the file system. */
export function writeFailed(error: unknown): StoreError {
  const system = systemCode(error);
  return new StoreError("stores/write-failed", `The folder could not be written: ${system}.`, {
    details: { system },
    cause: error,
  });
}

/** stores/key-invalid when what stands in the way is another object's name; else null. */
export function keyClash(error: unknown): StoreError | null {
  const system = systemCode(error);
  if (!CLASHES.includes(system)) return null;
  const message = `The key cannot be a file here, because of the names of other objects or its length: ${system}.`;
  return new StoreError("stores/key-invalid", message, { details: { system }, cause: error });
}
