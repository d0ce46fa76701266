import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { startProgressLine } from "../../functions/local/progress-line.ts";
import { noProgress } from "../../shared/job-progress.ts";

/** A stream that keeps what is written to it. */
function listen(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk))) });
  return { written, stderr: Object.assign(stream, { isTTY }) };
}

function work(stderr: ReturnType<typeof listen>["stderr"]): void {
  using line = startProgressLine("a.hu01", stderr);
  line.showBytes("uploading", 0, 1000);
  line.showBytes("uploading", 1, 1000);
  line.showBytes("uploading", 500, 1000);
  line.show({ progress: { ...noProgress(200), bytesRead: 50 } });
}

describe("the line that shows progress", () => {
  it("is written over on a terminal, only when it changes, and wiped at the end", () => {
    const { written, stderr } = listen(true);
    work(stderr);
    expect(written).toEqual([
      "\r\u001b[Ka.hu01: uploading [------------------------] 0 %",
      "\r\u001b[Ka.hu01: uploading [############------------] 50 %",
      "\r\u001b[Ka.hu01: 25 %",
      "\r\u001b[K",
    ]);
  });

  it("stays silent in a file or a pipe", () => {
    const { written, stderr } = listen(false);
    work(stderr);
    expect(written).toEqual([]);
  });
});
