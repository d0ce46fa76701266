import { describe, expect, it } from "vitest";
import { type CurrentVersion, createAnnouncer } from "../../functions/backfill/announce-objects.ts";
import { createHandler } from "../../functions/convert/handler.ts";
import { parseNotification } from "../../functions/convert/s3-event.ts";
import { createLog } from "../../functions/log.ts";
import { makeBatch, makeBody, makeRecord, timeLeft } from "../support/queue-batch.ts";
import { makeMessage } from "../support/synthetic-mail.ts";
import { openWorkplace } from "../support/workplace.ts";

const VERSION: CurrentVersion = { size: 9, etag: "abc", versionId: "v1" };
const NO_FILTER = { suffix: null, minBytes: null, maxBytes: null, since: null, until: null };

/** Objects as the reader of a Distributed Map lists them. */
const listed = (Key: string, changes: object = {}) => ({
  Key,
  Size: 9,
  Etag: '"abc"',
  LastModified: 1_767_323_045,
  StorageClass: "STANDARD",
  ...changes,
});

function open(versions: Record<string, CurrentVersion | null> = {}) {
  const sent: string[] = [];
  const lines: string[] = [];
  const announce = createAnnouncer({
    versionOf: async (_, key) => (key in versions ? (versions[key] ?? null) : VERSION),
    send: async (bodies) => void sent.push(...bodies),
    log: createLog((line) => lines.push(line)),
  });
  const run = async (Items: object[], filter: object = {}) =>
    await announce({ Items, BatchInput: { bucket: "in", ...NO_FILTER, ...filter } });
  const keys = () => sent.flatMap(parseNotification).map((notice) => notice.kind === "created" && notice.object.key);
  return { sent, lines, run, announce, keys };
}

describe("a batch of a backfill", () => {
  it.each(["a b+c.hu01", "100%.hu01", "a%2Bb", "é", "🦉", "a//b/c", "x".repeat(1024)])(
    "announces the key %j by the message that S3 would send",
    async (Key) => {
      const { run, sent } = open();
      expect(await run([listed(Key)])).toEqual({ seen: 1, announced: 1, filtered: 0, archived: 0, gone: 0 });
      expect(sent.flatMap(parseNotification)).toEqual([
        { kind: "created", object: { bucket: "in", key: Key, size: 9, etag: "abc", versionId: "v1" } },
      ]);
    },
  );

  it.each([
    [{ suffix: ".hu01" }, ["a.hu01", "B.HU01"]],
    [{ minBytes: 10 }, ["large.bin"]],
    [{ maxBytes: 9 }, ["a.hu01", "B.HU01", "old.hu02"]],
    [{ since: "2026-01-02T03:04:05Z" }, ["a.hu01", "B.HU01", "large.bin"]],
    [{ until: "2026-01-02T03:04:05Z" }, ["old.hu02"]],
    [{ since: "2026-01-02T04:04:05+01:00", suffix: ".hu01", maxBytes: 9 }, ["a.hu01", "B.HU01"]],
    [{}, ["a.hu01", "B.HU01", "large.bin", "old.hu02"]],
  ])("with the filter %j announces %j", async (filter, wanted) => {
    const { run, keys } = open();
    const objects = [
      listed("a.hu01"),
      listed("B.HU01"),
      listed("large.bin", { Size: 10 }),
      listed("old.hu02", { LastModified: "2025-12-31T00:00:00Z" }),
      listed("folder.hu01/"),
      listed("empty.hu01", { Size: 0 }),
    ];
    expect(await run(objects, filter)).toMatchObject({ announced: wanted.length, filtered: 6 - wanted.length });
    expect(keys()).toEqual(wanted);
  });

  it("leaves out what cannot be read and what is gone", async () => {
    const { run, keys, lines } = open({ "gone.hu01": null });
    const frozen = listed("frozen.hu01", { StorageClass: "DEEP_ARCHIVE" });
    const counts = await run([frozen, listed("gone.hu01"), listed("kept.hu01")]);
    expect(counts).toEqual({ seen: 3, announced: 1, filtered: 0, archived: 1, gone: 1 });
    expect(keys()).toEqual(["kept.hu01"]);
    expect(lines.join()).not.toMatch(/hu01"|gone\.|kept\.|frozen\./);
  });

  it.each([[{}], [{ Items: [{}] }], [{ Items: [listed("a")] }], [null]])("refuses %j, which is none", async (input) => {
    await expect(open().announce(input)).rejects.toMatchObject({ name: "ZodError" });
  });

  it("fails as a whole when the queue does", async () => {
    const announce = createAnnouncer({
      versionOf: async () => VERSION,
      send: () => Promise.reject(new Error("full")),
      log: createLog(() => undefined),
    });
    await expect(announce({ Items: [listed("a")], BatchInput: { bucket: "in" } })).rejects.toThrow("full");
  });

  it("converts nothing twice: neither what S3 announced before, nor in a second run", async () => {
    const place = await openWorkplace();
    const facts = await place.sources.write("inbox/a b.eml", [makeMessage({ seed: 1, textBytes: 100 })]);
    const handle = createHandler(place);
    const { size, etag } = facts;
    const { run, sent } = open({ "inbox/a b.eml": { size, etag, versionId: null } });
    await handle(makeBatch(makeBody(makeRecord(facts))), timeLeft());
    await run([listed("inbox/a b.eml", { Size: size })]);
    await run([listed("inbox/a b.eml", { Size: size })]);
    expect(sent).toHaveLength(2);
    expect(await handle(makeBatch(...sent), timeLeft())).toEqual({ batchItemFailures: [] });
    const { jobs } = await place.jobs.list({ owner: "anna", limit: 10 });
    expect(jobs).toMatchObject([{ status: "succeeded", attempt: 1 }]);
  });
});
