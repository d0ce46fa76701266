import { expect, it } from "vitest";
import { createLog } from "../functions/log.ts";

it("writes one JSON object per event, on one line", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  log.info("job begun", { job: "j\n1", attempt: 1, again: false });
  log.error("job fault");
  expect(lines).toEqual([
    '{"level":"info","event":"job begun","job":"j\\n1","attempt":1,"again":false}',
    '{"level":"error","event":"job fault"}',
  ]);
});
