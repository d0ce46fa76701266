import type { Job } from "../../shared/job.ts";
import type { Terminal } from "./terminal.ts";

/** A line on a terminal that is written over as a job goes on, and wiped at the end. */
export interface ProgressLine extends Disposable {
  readonly show: (job: Job) => void;
}

const WIPE_LINE = "\r\u001b[K";

/** Begins such a line; one that goes into a file or a pipe stays silent. */
export function startProgressLine(name: string, stderr: Terminal["stderr"]): ProgressLine {
  if (stderr.isTTY !== true) return { show: () => undefined, [Symbol.dispose]: () => undefined };
  return {
    show: ({ progress: { bytesRead, bytesTotal } }) => {
      const percent = bytesTotal === 0 ? 0 : Math.floor((100 * bytesRead) / bytesTotal);
      stderr.write(`${WIPE_LINE}${name}: ${percent} %`);
    },
    [Symbol.dispose]: () => void stderr.write(WIPE_LINE),
  };
}
