/** Below a job's folder: what workers keep there for each other. It is no result. */
const WORK_FOLDER = ".work";
/** A place in the order of keys behind all that lies in the work folder, and before any result. */
export const BEHIND_WORK = `${WORK_FOLDER}0`;

/** True for a path that can only lead down into the job's own folder, and to a result there. */
export function isResultPath(path: string): boolean {
  if (path.includes("\\") || path.includes("\0")) return false;
  const [first, ...rest] = path.split("/");
  return first !== WORK_FOLDER && [first, ...rest].every((name) => name !== "" && name !== "." && name !== "..");
}
