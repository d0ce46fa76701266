import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addFinishedJob, createTestService, type TestService } from "../test-service.ts";

const SECRET = "what nobody may read";
const OPEN = "an own file";

/** Ways to write the characters that lead somewhere else. */
const DOTS = fc.constantFrom(".", "..", "...", "%2e", "%2e%2e", "%2E.", "%252e%252e", "．．", "%c0%ae%c0%ae");
const SLASH = fc.constantFrom("/", "//", "%2f", "%2F", "%252f", "\\", "%5c", "/./", "%00", "%00/", ";/", "／");
const NAME = fc.oneof(
  fc.constantFrom("job-1", "job-2", "secret.eml", "mail", "000001-a.eml", ".work", "%2ework", ".WORK", "results", "C:"),
  fc.constantFrom("etc", "passwd", "jobs.sqlite", "checkpoint.json", "", " ", "~", "?", "#", "%", "%zz"),
  fc.string({ unit: "grapheme", maxLength: 12 }).map(encodeURIComponent.bind(null)),
  fc.constant("a".repeat(4_000)),
);
const anyPath = fc
  .array(fc.tuple(fc.oneof(DOTS, NAME), SLASH), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.flat().join("").slice(0, 6_000));

const request = async ({ app }: TestService, path: string) =>
  await app.request(`http://localhost/v1/jobs/job-1/files/${path}`);

describe("any path of a file", () => {
  it("leads to an own file or to none, however it is written", async () => {
    await using service = await createTestService();
    await addFinishedJob(service, "job-1", {
      "mail/000001-a.eml": OPEN,
      "secret.eml": OPEN,
      ".work/checkpoint.json": SECRET,
    });
    await addFinishedJob(service, "job-2", { "secret.eml": SECRET, "mail/000001-a.eml": SECRET });
    for (const path of ["secret.eml", "results/secret.eml"]) await writeFile(join(service.folder, path), SECRET);
    let served = 0;
    const check = async (path: string) => {
      const response = await request(service, path).catch(() => null);
      // What is no URL at all never gets to the service.
      if (response === null) return;
      const text = await response.text();
      expect(text).not.toContain(SECRET);
      if (response.status === 200 && text === OPEN) served += 1;
    };
    await fc.assert(fc.asyncProperty(anyPath, check), { numRuns: 500 });
    for (const path of ["mail/000001-a.eml", "mail%2F000001-a.eml", "secret.eml"]) await check(path);
    expect(served).toBeGreaterThan(1);
  });
});
