import { describe, expect, it } from "vitest";
import type { Estimate } from "../../../functions/api/uploads/estimate-contract.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";
import { createTestService } from "../test-service.ts";

const MESSAGE = makeMessage({ seed: 3, textBytes: 200_000 });
const ARCHIVE = makeArchive(MESSAGE);

async function estimate(init: RequestInit, query = ""): Promise<Estimate> {
  await using service = await createTestService(({ jobs }) => ({ jobs: { ...jobs, create: () => Promise.reject() } }));
  const response = await service.app.request(`/v1/jobs?dryRun=true${query}`, { method: "POST", ...init });
  expect(response.status, await response.clone().text()).toBe(200);
  expect(service.announced).toEqual([]);
  return (await response.json()) as Estimate;
}

const ofBytes = (bytes: Uint8Array, query = "") => estimate({ body: new Uint8Array(bytes) }, query);
const ofSize = (body: object) =>
  estimate({ headers: { "content-type": "application/json" }, body: JSON.stringify({ filename: "a", ...body }) });

describe("POST /v1/jobs?dryRun=true", () => {
  it("counts streams and blocks by their headers, and creates nothing", async () => {
    expect(await ofBytes(Buffer.concat([ARCHIVE, ARCHIVE]))).toMatchObject({
      kind: "hu01",
      holds: "message",
      size: 2 * ARCHIVE.length,
      streams: 2,
      blocks: 2 * Math.ceil(MESSAGE.length / 65_536),
      decompressedBytes: 2 * MESSAGE.length,
      isWhole: true,
      estimate: { items: 2, outputs: 4 },
      problem: null,
    });
  });

  it("goes on by the ratio so far where blocks end before the file does", async () => {
    const damaged = Buffer.concat([ARCHIVE, Buffer.alloc(ARCHIVE.length, 7)]);
    const { isWhole, streams, decompressedBytes } = await ofBytes(damaged);
    expect([isWhole, streams, decompressedBytes]).toEqual([false, 1, 2 * MESSAGE.length]);
  });

  it("is the same for chunks of any size", async () => {
    const whole = await ofBytes(ARCHIVE);
    for (const step of [1, 7, 4096]) {
      const body = ReadableStream.from(
        (function* () {
          for (let at = 0; at < ARCHIVE.length; at += step) yield new Uint8Array(ARCHIVE.subarray(at, at + step));
        })(),
      );
      expect(await estimate({ body: body as unknown as ReadableStream, duplex: "half" })).toEqual(whole);
    }
  });

  it.each([
    ["a message", MESSAGE, { kind: "message", estimate: { items: 1, outputs: 3 }, problem: null }],
    ["noise", Buffer.alloc(1000, 1), { kind: "unknown", estimate: null, problem: "payload/unrecognised" }],
  ])("tells what %s is", async (_, bytes, expected) => {
    expect(await ofBytes(bytes)).toMatchObject(expected);
  });

  it("counts packs instead of files when they are packed", async () => {
    expect((await ofBytes(ARCHIVE, "&pack=zip")).estimate?.outputs).toBe(3);
  });

  it("guesses from the size alone: 1 GiB becomes 2 GiB, at 20 KiB an item", async () => {
    const guess = await ofSize({ size: 1024 ** 3 });
    expect(guess).toMatchObject({ kind: null, blocks: null, estimate: { items: 104_858, outputs: 104_860 } });
    expect(guess.estimate?.seconds).toBeCloseTo(105.9, 1);
    // 104 861 PUTs are 0.5243, 105.9 s of 1 769 MB are 0.0024.
    expect(guess.estimate?.awsUsd).toBeCloseTo(0.5268, 3);
  });

  it("guesses nothing of a file of which it knows nothing", async () => {
    expect(await ofSize({})).toMatchObject({ size: null, estimate: null, problem: null });
  });
});
