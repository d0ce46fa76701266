import { expect, it } from "vitest";
import type { FileView } from "../../../functions/api/files/file-contract.ts";
import { addFinishedJob, createTestService } from "../test-service.ts";

it("lists packs with the media types by which programs know them", async () => {
  await using service = await createTestService();
  await addFinishedJob(service, "job-1", { "archive.zip": "PK", "mail/inbox.mbox": "From x", "maildir.tar": "x" });
  const response = await service.app.request("/v1/jobs/job-1/files");
  const { files } = (await response.json()) as { readonly files: readonly FileView[] };
  expect(files.map(({ path, mediaType }) => [path, mediaType])).toEqual([
    ["archive.zip", "application/zip"],
    ["mail/inbox.mbox", "application/mbox"],
    ["maildir.tar", "application/x-tar"],
  ]);
});
