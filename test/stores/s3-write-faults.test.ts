import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { type BrokenLine, breakS3Line, type Plan } from "../support/broken-line.ts";
import { type S3Emulator, startS3 } from "../support/emulators.ts";
import { type NetworkFault, NO_FAULT, s3Error } from "../support/fault-proxy.ts";
import { bytes, keysOf, pattern, sliced, textOf } from "../support/object-store-probe.ts";

const MEBIBYTE = 1024 ** 2;
/** Three parts, the last one short. */
const LARGE = pattern(11 * MEBIBYTE + 7);

let s3: S3Emulator;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

const openLine = (plan: Plan<ObjectStore>, options: Parameters<typeof breakS3Line>[2] = {}) =>
  breakS3Line(s3, plan, options);

const answer = (status: number, name: string): NetworkFault => ({ kind: "answer", answer: s3Error(status, name) });
const lost: NetworkFault = { kind: "lose" };
const lostWith500: NetworkFault = { kind: "lose", answer: s3Error(500, "InternalError") };
const refused: NetworkFault = { kind: "refuse" };

/** Only the first request for an operation fails. */
function once(operation: string, fault: NetworkFault): Plan<ObjectStore> {
  let met = false;
  return (request) => {
    if (met || request.operation !== operation) return NO_FAULT;
    met = true;
    return fault;
  };
}

const operationsOf = ({ seen }: BrokenLine<ObjectStore>) => seen.map(({ operation }) => operation);

async function expectContent(store: ObjectStore, key: string, content: Uint8Array): Promise<void> {
  expect(await keysOf(store, "")).toEqual([key]);
  expect(Buffer.compare(await collectBytes(store.read(key)), content)).toBe(0);
}

describe("a small write over S3", () => {
  it("is one request with the SHA-256 and the type of the content", async () => {
    const line = await openLine(() => NO_FAULT);
    await line.store.write("k", [bytes("con"), bytes("tent")], { mediaType: "message/rfc822" });
    expect(operationsOf(line)).toEqual(["PutObject"]);
    expect(line.seen[0]?.headers).toMatchObject({
      "x-amz-checksum-sha256": "7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=",
      "content-type": "message/rfc822",
      "content-length": "7",
    });
  });

  it("of 5 MiB is one request still, and of a byte more begins parts", async () => {
    const line = await openLine(() => NO_FAULT);
    await line.store.write("k", sliced(pattern(5 * MEBIBYTE), [65_536]));
    expect(operationsOf(line)).toEqual(["PutObject"]);
    await line.store.write("k", sliced(pattern(5 * MEBIBYTE + 1), [65_536]));
    expect(operationsOf(line).slice(1)).toEqual([
      "CreateMultipartUpload",
      "UploadPart",
      "UploadPart",
      "CompleteMultipartUpload",
    ]);
    expect(line.seen.slice(2, 4).map(({ headers }) => headers["content-length"])).toEqual([String(5 * MEBIBYTE), "1"]);
  });

  it.each([
    ["a refused connection", refused],
    ["503 SlowDown", answer(503, "SlowDown")],
    ["an answer that is lost", lost],
    ["a 500 after success", lostWith500],
  ])("is made once in spite of %s", async (_name, fault) => {
    const line = await openLine(once("PutObject", fault));
    const facts = await line.store.write("k", [bytes("content")]);
    expect(facts).toEqual(await line.sound.head("k"));
    expect(operationsOf(line)).toEqual(["PutObject", "PutObject"]);
    await expectContent(line.sound, "k", bytes("content"));
  });

  it.each([
    [503, "SlowDown", "stores/write-failed"],
    [403, "AccessDenied", "stores/access-denied"],
    [404, "NoSuchBucket", "stores/write-failed"],
  ])("that ends with %d %s says so, and keeps what was there", async (status, name, code) => {
    const line = await openLine(() => answer(status, name), { maxAttempts: 2 });
    await line.sound.write("k", [bytes("old")]);
    await expect(line.store.write("k", [bytes("new")])).rejects.toMatchObject({ code });
    await expect(line.store.delete("k")).rejects.toMatchObject({ code });
    expect(await textOf(line.sound, "k")).toBe("old");
  });

  it("of sixteen at a time, every third answer of them a SlowDown, is made in full", async () => {
    const line = await openLine(({ index }) => (index % 3 === 1 ? answer(503, "SlowDown") : NO_FAULT));
    const keys = Array.from({ length: 48 }, (_, index) => `many/${String(index).padStart(2, "0")}`);
    const left = [...keys];
    const writer = async () => {
      for (let key = left.shift(); key !== undefined; key = left.shift()) await line.store.write(key, [bytes(key)]);
    };
    await Promise.all(Array.from({ length: 16 }, writer));
    expect(await keysOf(line.sound, "")).toEqual(keys);
    for (const key of keys) expect(await textOf(line.sound, key)).toBe(key);
  });
});

describe("a large write over S3", () => {
  const faulty = [
    ["a refused connection", refused],
    ["503 SlowDown", answer(503, "SlowDown")],
    ["an answer that is lost", lost],
    ["a 500 after success", lostWith500],
  ] as const;
  const operations = ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"];

  it.each(operations.flatMap((operation) => faulty.map(([name, fault]) => [operation, name, fault] as const)))(
    "is made in spite of %s meeting %s",
    async (operation, _name, fault) => {
      const line = await openLine(once(operation, fault));
      const facts = await line.store.write("k", sliced(LARGE, [999_999]));
      expect(facts).toEqual(await line.sound.head("k"));
      expect(facts.size).toBe(LARGE.length);
      expect(operationsOf(line).filter((name) => name === operation).length).toBeGreaterThan(1);
      await expectContent(line.sound, "k", LARGE);
    },
  );

  it("does not take another writer's object for its own when the upload is gone", async () => {
    const line = await openLine(once("CompleteMultipartUpload", answer(404, "NoSuchUpload")));
    await line.sound.write("k", sliced(LARGE, [999_999]));
    const writing = line.store.write("k", sliced(LARGE, [999_999]));
    await expect(writing).rejects.toMatchObject({ code: "stores/write-failed", details: { system: "NoSuchUpload" } });
  });

  it.each([
    ["UploadPart", 503, "SlowDown", "stores/write-failed"],
    ["UploadPart", 403, "AccessDenied", "stores/access-denied"],
    ["CompleteMultipartUpload", 500, "InternalError", "stores/write-failed"],
  ])("that fails at %s with %d %s is taken back", async (operation, status, name, code) => {
    const fails: Plan<ObjectStore> = (request) => (request.operation === operation ? answer(status, name) : NO_FAULT);
    const line = await openLine(fails, { maxAttempts: 2 });
    await expect(line.store.write("k", sliced(LARGE, [65_536]))).rejects.toMatchObject({ code });
    expect(operationsOf(line).at(-1)).toBe("AbortMultipartUpload");
    expect(await line.sound.head("k")).toBeNull();
  });

  it("that the source breaks is taken back once no part is under way, with the source's error", async () => {
    const line = await openLine(async ({ operation }) => {
      if (operation === "UploadPart") await new Promise((resolve) => setTimeout(resolve, 100));
      return NO_FAULT;
    });
    const fault = new RangeError("the source broke");
    const broken = async function* () {
      yield LARGE;
      throw fault;
    };
    await expect(line.store.write("k", broken())).rejects.toBe(fault);
    const last = operationsOf(line).slice(-2);
    expect(last).toEqual(["UploadPart", "AbortMultipartUpload"]);
    expect(await line.sound.head("k")).toBeNull();
  });

  it("is taken back at a signal, with its reason, and lets go of the source", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const line = await openLine(({ operation }) => {
      if (operation === "UploadPart") controller.abort(reason);
      return NO_FAULT;
    });
    let released = false;
    const endless = async function* () {
      try {
        for (;;) yield pattern(MEBIBYTE);
      } finally {
        released = true;
      }
    };
    await expect(line.store.write("k", endless(), { signal: controller.signal })).rejects.toBe(reason);
    expect(released).toBe(true);
    expect(operationsOf(line).at(-1)).toBe("AbortMultipartUpload");
    expect(await line.sound.head("k")).toBeNull();
  });

  it("keeps no more of the source than two parts", async () => {
    let sent = 0;
    const line = await openLine(async ({ operation }) => {
      if (operation === "UploadPart") {
        await new Promise((resolve) => setTimeout(resolve, 20));
        sent += 1;
      }
      return NO_FAULT;
    });
    let ahead = 0;
    const source = async function* () {
      for (let count = 0; count < 40; count += 1) {
        ahead = Math.max(ahead, count - sent * 5);
        yield pattern(MEBIBYTE);
      }
    };
    await line.store.write("k", source());
    // One part under way, one gathered behind it, and the chunk that shows that more follows.
    expect(ahead).toBeLessThanOrEqual(11);
  });
});
