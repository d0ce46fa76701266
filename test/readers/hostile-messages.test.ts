import { describe, expect, it } from "vitest";
import {
  calendar,
  event,
  joinParts,
  message,
  multipart,
  part,
  readText,
  skippedCodes,
} from "../support/mime-samples.ts";
import { processorMillis } from "../support/processor-time.ts";

describe("hostile structure", () => {
  it.each([
    [
      "a million empty parts",
      () => multipart([], "mixed").replace("--=_outer--\r\n", "--=_outer\r\n\r\n".repeat(1_000_000)),
    ],
    [
      "100 000 nested messages",
      () => message(["Content-Type: message/rfc822"], "Content-Type: message/rfc822\r\n\r\n".repeat(100_000)),
    ],
    ["an 18 MB header", () => message([`X-Long: ${"x".repeat(18_000_000)}`], "body")],
    ["1 000 nested multiparts", () => nestedMultiparts(1000)],
  ])("%s ends soon, with the message whole and a word about the limit", async (_name, make) => {
    const text = make();
    const started = processorMillis();
    const result = await readText(text);
    expect(processorMillis() - started).toBeLessThan(5000);
    expect(result.files.map((file) => file.bytes.length)).toEqual([text.length]);
    expect(skippedCodes(result)).toEqual(["readers/mime-limit"]);
  });

  it("keeps what was found before a limit", async () => {
    const parts = [part(["Content-Type: text/calendar"], calendar(event("1"))), ...Array(20).fill("\r\nx")];
    const result = await readText(multipart(parts), { maxMimeParts: 10 });
    expect(result.findings.map((finding) => finding.kind)).toEqual(["mail", "calendar", "skipped"]);
  });

  it("leaves calendars beyond a size, and beyond what is held of one message, in the message", async () => {
    const one = part(["Content-Type: text/calendar"], calendar(event("1", [`COMMENT:${"x".repeat(2000)}`])));
    const two = part(["Content-Type: text/calendar"], calendar(event("2", [`COMMENT:${"x".repeat(2000)}`])));
    const tooLarge = await readText(multipart([one]), { maxPimPartBytes: 1000 });
    expect(skippedCodes(tooLarge)).toEqual(["readers/part-too-large"]);
    const tooMany = await readText(multipart([one, two]), { maxHeldPimBytes: 3000 });
    expect(tooMany.findings.map((finding) => finding.kind)).toEqual(["mail", "calendar", "skipped"]);
    const manyObjects = part(["Content-Type: text/calendar"], calendar([...event("1"), ...event("2"), ...event("3")]));
    const tooSplit = await readText(multipart([manyObjects]), { maxObjectsPerPart: 2 });
    expect(tooSplit.findings.map((finding) => finding.kind)).toEqual(["mail", "calendar", "calendar", "skipped"]);
  });

  it("reads nothing into a part that is one line of megabytes", async () => {
    const result = await readText(multipart([`\r\n-${"-".repeat(3_000_000)}`, "\r\nx"]));
    expect(result.findings).toHaveLength(1);
  });
});

function nestedMultiparts(depth: number): string {
  let body = "\r\nx";
  for (let i = 0; i < depth; i += 1) {
    body = `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n${joinParts([body], `b${i}`)}`;
  }
  return multipart([body]);
}
