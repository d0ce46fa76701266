import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Client } from "../../functions/stores/aws-clients.ts";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { type BrokenLine, breakS3Line, type Plan } from "../support/broken-line.ts";
import { type S3Emulator, startS3, TEST_IDENTITY } from "../support/emulators.ts";
import { type NetworkFault, NO_FAULT, s3Error } from "../support/fault-proxy.ts";
import { keysOf, pattern, textOf } from "../support/object-store-probe.ts";

const WHOLE = pattern(1_000_003);

let s3: S3Emulator;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

/** A store over a line on which goes wrong what the plan says, with the object "k" in it. */
async function openLine(
  plan: Plan<ObjectStore>,
  options: Parameters<typeof breakS3Line>[2] = {},
): Promise<BrokenLine<ObjectStore>> {
  const line = await breakS3Line(s3, plan, options);
  await line.sound.write("k", [WHOLE]);
  return line;
}

const breakAfter = (afterBytes: number): NetworkFault => ({ kind: "break", afterBytes });
const wrongRange: NetworkFault = { kind: "rewrite", headers: { "content-range": "bytes 0-9/10" } };

describe("a read over S3", () => {
  it.each([4_096, 65_536, 333_333, 999_999])("goes on after a reset every %d bytes", async (bytes) => {
    const { store, seen } = await openLine(() => breakAfter(bytes));
    expect(Buffer.compare(await collectBytes(store.read("k")), WHOLE)).toBe(0);
    expect(seen.length).toBeGreaterThanOrEqual(Math.ceil(WHOLE.length / bytes));
    const etags = new Set(seen.slice(1).map(({ headers }) => headers["if-match"]));
    expect(etags.size).toBe(1);
    expect(etags.has(undefined)).toBe(false);
  });

  it.each([
    { offset: 100_000 },
    { offset: 100_000, length: 500_000 },
    { offset: 900_000, length: 500_000 },
    { offset: 0, length: 1 },
  ])("of the range %j goes on after resets, and no further than its end", async (range) => {
    const { store } = await openLine(() => breakAfter(30_000));
    const end = range.length === undefined ? undefined : range.offset + range.length;
    const expected = WHOLE.subarray(range.offset, end);
    expect(Buffer.compare(await collectBytes(store.read("k", { range })), expected)).toBe(0);
  });

  it("gives up when nothing more comes, a bounded number of times", async () => {
    const { store, seen } = await openLine(({ index }) => breakAfter(index === 0 ? 50_000 : 0));
    const kept: Uint8Array[] = [];
    const reading = async () => {
      for await (const chunk of store.read("k")) kept.push(chunk);
    };
    await expect(reading()).rejects.toMatchObject({ code: "stores/read-failed", details: { offset: 50_000 } });
    expect(Buffer.compare(Buffer.concat(kept), WHOLE.subarray(0, 50_000))).toBe(0);
    expect(seen.length).toBe(7);
  });

  it("ends when the object is overwritten in the middle", async () => {
    const { store, seen } = await openLine(async ({ index }, sound) => {
      if (index === 1) await sound.write("k", [Buffer.alloc(WHOLE.length, "x")]);
      return index === 0 ? breakAfter(300_000) : NO_FAULT;
    });
    await expect(collectBytes(store.read("k"))).rejects.toMatchObject({ code: "stores/source-changed" });
    expect(seen.length).toBe(2);
  });

  it("ends when the object is deleted in the middle", async () => {
    const { store } = await openLine(async ({ index }, sound) => {
      if (index === 1) await sound.delete("k");
      return index === 0 ? breakAfter(300_000) : NO_FAULT;
    });
    await expect(collectBytes(store.read("k"))).rejects.toMatchObject({ code: "stores/not-found" });
  });

  it("uses no byte of a range that was not asked for", async () => {
    const once = await openLine(({ index }) => (index === 0 ? wrongRange : NO_FAULT));
    const range = { offset: 10, length: 10 };
    expect(Buffer.from(await collectBytes(once.store.read("k", { range })))).toEqual(WHOLE.subarray(10, 20));
    const always = await openLine(() => wrongRange);
    const reading = collectBytes(always.store.read("k", { range }));
    await expect(reading).rejects.toMatchObject({ code: "stores/read-failed" });
    expect(always.seen.length).toBe(6);
  });

  it("does not take the end of the body for the end of the object", async () => {
    const longer = { "content-length": String(WHOLE.length + 1) };
    const { store } = await openLine(({ index }) => (index === 0 ? { kind: "rewrite", headers: longer } : NO_FAULT), {
      idleTimeoutMillis: 100,
    });
    await expect(collectBytes(store.read("k"))).rejects.toMatchObject({ code: "stores/read-failed" });
  });

  it("asks again when the line falls silent", async () => {
    const { store, seen } = await openLine(
      ({ index }) => (index === 0 ? { kind: "stall", afterBytes: 10_000 } : NO_FAULT),
      { idleTimeoutMillis: 100 },
    );
    expect(Buffer.compare(await collectBytes(store.read("k")), WHOLE)).toBe(0);
    expect(seen.length).toBeGreaterThan(1);
  });

  it("ends at a signal while the line is silent, with the signal's reason", async () => {
    const { store } = await openLine(() => ({ kind: "stall", afterBytes: 10_000 }));
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 100);
    await expect(collectBytes(store.read("k", { signal: controller.signal }))).rejects.toBe(reason);
  });

  it("ends at a signal while it pauses before another try", async () => {
    const { store } = await openLine(() => breakAfter(0));
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 300);
    await expect(collectBytes(store.read("k", { signal: controller.signal }))).rejects.toBe(reason);
  });

  it("survives answers that S3 is too busy", async () => {
    const { store } = await openLine(({ index }) =>
      index % 2 === 1 ? NO_FAULT : { kind: "answer", answer: s3Error(503, "SlowDown") },
    );
    expect(Buffer.compare(await collectBytes(store.read("k")), WHOLE)).toBe(0);
    expect(await store.head("k")).toMatchObject({ size: WHOLE.length });
    expect(await keysOf(store, "")).toEqual(["k"]);
  });

  it.each([
    [503, "SlowDown", "stores/read-failed"],
    [500, "InternalError", "stores/read-failed"],
    [403, "AccessDenied", "stores/access-denied"],
    [400, "KMS.DisabledException", "stores/access-denied"],
    [403, "RequestTimeTooSkewed", "stores/read-failed"],
    [404, "NoSuchBucket", "stores/read-failed"],
    [404, "NoSuchKey", "stores/not-found"],
    [412, "PreconditionFailed", "stores/source-changed"],
  ])("that ends with %d %s says %s", async (status, name, code) => {
    const { store } = await openLine(() => ({ kind: "answer", answer: s3Error(status, name) }), { maxAttempts: 2 });
    const error = await textOf(store, "k").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    if (code === "stores/read-failed") expect(error).toMatchObject({ details: { system: name, status } });
  });

  it("says that the bucket is not there, or the server", async () => {
    const store = createS3ObjectStore({ client: s3.client, bucket: "no-such-bucket" });
    await expect(textOf(store, "k")).rejects.toMatchObject({ code: "stores/read-failed" });
    await expect(keysOf(store, "")).rejects.toMatchObject({ details: { system: "NoSuchBucket" } });
    const client = createS3Client({ endpoint: "http://127.0.0.1:1", ...TEST_IDENTITY, maxAttempts: 1 });
    const reading = createS3ObjectStore({ client, bucket: "b" }).head("k");
    await expect(reading).rejects.toMatchObject({ code: "stores/read-failed", details: { system: "ECONNREFUSED" } });
  });
});
