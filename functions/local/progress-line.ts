import type { Job } from "../../shared/job.ts";
import type { Terminal } from "./terminal.ts";

/** A line on a terminal that is written over as a job goes on, and wiped at the end. */
export interface ProgressLine extends Disposable {
  /** How far a conversion is. */
  readonly show: (job: Pick<Job, "progress">) => void;
  /** How far something else is: so many bytes of so many. */
  readonly showBytes: (what: string, doneBytes: number, totalBytes: number) => void;
}

const WIPE_LINE = "\r\u001b[K";
const BAR_WIDTH = 24;

/** Begins such a line; one that goes into a file or a pipe stays silent. */
export function startProgressLine(name: string, stderr: Terminal["stderr"]): ProgressLine {
  if (stderr.isTTY !== true) {
    return { show: () => undefined, showBytes: () => undefined, [Symbol.dispose]: () => undefined };
  }
  let shown = "";
  const write = (line: string) => {
    // Bytes come in pieces far smaller than what changes the line.
    if (line !== shown) stderr.write(`${WIPE_LINE}${line}`);
    shown = line;
  };
  return {
    show: ({ progress: { bytesRead, bytesTotal } }) => write(`${name}: ${percentOf(bytesRead, bytesTotal)} %`),
    showBytes: (what, doneBytes, totalBytes) => {
      const percent = percentOf(doneBytes, totalBytes);
      write(`${name}: ${what} ${barOf(percent)} ${percent} %`);
    },
    [Symbol.dispose]: () => void stderr.write(WIPE_LINE),
  };
}

function percentOf(doneBytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 0 : Math.floor((100 * doneBytes) / totalBytes);
}

function barOf(percent: number): string {
  const filled = Math.round((BAR_WIDTH * Math.min(percent, 100)) / 100);
  return `[${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}]`;
}
