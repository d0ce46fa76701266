import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createOutputs } from "../../../functions/convert/create-outputs.ts";
import { type Drained, drain } from "../../../functions/convert/drain.ts";
import type { Outputs, PackedBefore, PutObject } from "../../../functions/convert/outputs.ts";
import { createDirectoryObjectStore } from "../../../functions/stores/directory-object-store.ts";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";
import type { Outcome, PackReceipt, Written } from "../../../shared/items/outcome.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../shared/limits.ts";
import type { ObjectStore } from "../../../shared/object-store.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import { makeWritten } from "../../support/make-outcome.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { contentOf } from "../../support/workplace.ts";

const PACKS = ["zip", "mbox", "maildir"] as const;
const NEVER = new AbortController().signal;

interface Setting {
  readonly store: ObjectStore;
  readonly limits?: Partial<Limits>;
  readonly before?: PackedBefore;
}

function openPack(pack: (typeof PACKS)[number], { store, limits, before }: Setting): Outputs {
  const put: PutObject = (path, mediaType, content, signal = NEVER) =>
    store.write(path, content, { mediaType, signal });
  return createOutputs({ ...DEFAULT_OPTIONS, pack }, put, { ...DEFAULT_LIMITS, ...limits }, before);
}

const openStore = async () => createDirectoryObjectStore(await makeTemporaryFolder());

/** A message of three chunks that is streamed: its length is known, its bytes come while it is read. */
function streamed(ordinal: number, chunks: AsyncIterable<Uint8Array>, contentBytes: number): Written {
  const written = makeWritten(ordinal, { content: chunks, bytes: contentBytes });
  return { ...written, item: { ...written.item, contentBytes } as Written["item"] };
}

async function* bytesOf(chunks: number, chunkBytes: number, onClose = () => {}): AsyncGenerator<Uint8Array> {
  try {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      await setImmediate();
      yield new Uint8Array(chunkBytes).fill(0x61);
    }
  } finally {
    onClose();
  }
}

/** Messages as the decoder gives them: the next one comes when the content of the last one has been read. */
async function* dependent(count: number, chunks: number, chunkBytes: number): AsyncGenerator<Outcome> {
  for (let ordinal = 1; ordinal <= count; ordinal += 1) {
    let onClose = (): void => undefined;
    const isRead = new Promise<void>((resolve) => {
      onClose = resolve;
    });
    yield streamed(ordinal, bytesOf(chunks, chunkBytes, onClose), chunks * chunkBytes);
    yield makeWritten(1_000 + ordinal, { content: [new Uint8Array(10)] });
    await isRead;
  }
}

async function drainInto(outputs: Outputs, outcomes: AsyncIterable<Outcome>): Promise<Drained[]> {
  const drained: Drained[] = [];
  const write = (...call: Parameters<Outputs["write"]>) => outputs.write(...call);
  for await (const each of drain(outcomes, write, { maxParallel: 4 })) drained.push(each);
  return drained;
}

describe.each(PACKS)("a %s pack", (pack) => {
  it("takes large messages that flow only while they are read, between held ones", async () => {
    const outputs = openPack(pack, { store: await openStore() });
    const drained = await drainInto(outputs, dependent(5, 40, 65_536));
    const [receipt] = await outputs.close();
    expect(drained.flatMap(({ receipts }) => receipts).map(({ size }) => size)).toEqual(
      Array.from({ length: 5 }, () => [40 * 65_536, 10]).flat(),
    );
    expect(receipt).toMatchObject({ entries: 10, contentBytes: 5 * (40 * 65_536 + 10) });
  });

  it("that fails in the middle of a message leaves nothing behind, and closes what it was reading", async () => {
    const store = await openStore();
    const outputs = openPack(pack, { store });
    let closed = 0;
    const broken = (async function* () {
      try {
        yield new Uint8Array(100_000);
        throw new Error("the source broke off");
      } finally {
        closed += 1;
      }
    })();
    const outcomes = (async function* () {
      yield makeWritten(1);
      yield streamed(2, broken, 200_000);
      yield makeWritten(3);
    })();
    await expect(drainInto(outputs, outcomes)).rejects.toThrow("the source broke off");
    await outputs.abort();
    expect(closed).toBe(1);
    expect(await contentOf(store, "")).toEqual(new Map());
    await expect(outputs.close()).rejects.toThrow();
  });

  it("whose store fails ends with the store's own error, and closes what it was reading", async () => {
    const whole = await openStore();
    const store: ObjectStore = {
      ...whole,
      write: async (_key: string, content: ByteSource) => {
        for await (const _ of content) throw new Error("no space left");
        throw new Error("empty");
      },
    };
    const outputs = openPack(pack, { store });
    let closed = 0;
    const content = bytesOf(1_000, 65_536, () => {
      closed += 1;
    });
    const outcomes = (async function* () {
      yield streamed(1, content, 1_000 * 65_536);
      yield makeWritten(2);
    })();
    await expect(drainInto(outputs, outcomes)).rejects.toThrow("no space left");
    await outputs.abort();
    expect(closed).toBe(1);
  });

  it("that is given up leaves nothing of the open shard behind, and keeps those before it", async () => {
    const store = await openStore();
    const outputs = openPack(pack, { store, limits: { maxPackEntries: 2 } });
    for (const ordinal of [1, 2, 3]) {
      const written = makeWritten(ordinal);
      await outputs.write(written.files[0] as (typeof written.files)[0], written, NEVER);
    }
    await outputs.abort();
    const [first] = outputs.packsThrough(1);
    expect([...(await contentOf(store, "")).keys()]).toEqual([first?.path]);
  });

  it("stops when it is told to, in the middle of a message", async () => {
    const store = await openStore();
    const outputs = openPack(pack, { store });
    const stop = new AbortController();
    let closed = 0;
    const written = streamed(
      1,
      bytesOf(1e6, 1_000, () => {
        closed += 1;
      }),
      1e9,
    );
    const writing = outputs.write(written.files[0] as (typeof written.files)[0], written, stop.signal);
    await setTimeout(20);
    stop.abort(new Error("stopped"));
    await expect(writing).rejects.toThrow("stopped");
    await outputs.abort();
    expect(closed).toBe(1);
    expect(await contentOf(store, "")).toEqual(new Map());
  });

  it("goes on behind any shard as if it had never been broken off", async () => {
    const outcomes = Array.from({ length: 9 }, (_, index) => makeWritten(index + 1, { bytes: 1 }));
    const limits = { maxPackEntries: 2 };
    const whole = await openStore();
    const packs = await writeAll(openPack(pack, { store: whole, limits }), outcomes);
    expect(packs.map(({ shard, entries }) => [shard, entries])).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 1],
    ]);
    const expected = await contentOf(whole, "");
    for (const shards of [1, 2, 4]) {
      const store = await openStore();
      const first = openPack(pack, { store, limits });
      // Up to the first item of the next shard: then the shard before it is in the store.
      const shard = await lastShard(first, outcomes.slice(0, shards * 2 + 1));
      expect(shard).toBe(shards + 1);
      const before = { shards, packs: JSON.parse(JSON.stringify(first.packsThrough(shards))) };
      await first.abort();
      const second = openPack(pack, { store, limits, before });
      expect(await writeAll(second, outcomes.slice(shards * 2))).toEqual(packs);
      expect(await contentOf(store, "")).toEqual(expected);
    }
  });
});

async function writeAll(outputs: Outputs, outcomes: readonly Written[]): Promise<readonly PackReceipt[]> {
  await lastShard(outputs, outcomes);
  return await outputs.close();
}

/** Writes the outcomes. @returns the shard that the last one went into */
async function lastShard(outputs: Outputs, outcomes: readonly Written[]): Promise<number | undefined> {
  let shard: number | undefined;
  for (const outcome of outcomes) {
    for (const file of outcome.files) shard = (await outputs.write(file, outcome, NEVER)).pack?.shard;
  }
  return shard;
}
