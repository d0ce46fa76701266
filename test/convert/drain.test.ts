import { setImmediate, setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Drained, drain, type WriteFile } from "../../functions/convert/drain.ts";
import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { Outcome } from "../../shared/items/outcome.ts";
import { makeForeign as gap, makeWritten as mail, makeReceipt as receiptOf } from "../support/make-outcome.ts";

describe("drain", () => {
  it("yields outcomes in order, whatever order their files are written in", async () => {
    const outcomes = Array.from({ length: 50 }, (_, index) => (index % 5 === 4 ? gap(index) : mail(index)));
    const write: WriteFile = async (file) => {
      await setTimeout(Number(file.path) % 7);
      return receiptOf(file.path);
    };
    const drained = await collect(drain(from(outcomes), write, { maxParallel: 8 }));
    expect(drained.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(drained.map(({ receipts }) => receipts.map(({ path }) => path))).toEqual(
      outcomes.map((outcome) => (outcome.outcome === "written" ? outcome.files.map(({ path }) => path) : [])),
    );
  });

  it("writes as many files at once as it may, and no more", async () => {
    const { write, seen } = meter(async () => setTimeout(2));
    await collect(drain(from(Array.from({ length: 40 }, (_, index) => mail(index))), write, { maxParallel: 5 }));
    expect(seen.most).toBe(5);
    expect(seen.count).toBe(40);
  });

  it("holds no more bytes than the bound, except for one item that is larger", async () => {
    const sizes = [45, 90, 10, 10, 10, 60, 60, 200, 10, 90, 90, 5];
    let held = 0;
    let most = 0;
    const write: WriteFile = async (file) => {
      const size = sizes[Number(file.path)] ?? 0;
      held += size;
      if (size <= 100) most = Math.max(most, held);
      else expect(held).toBe(size);
      await setTimeout(2);
      held -= size;
      return receiptOf(file.path);
    };
    const outcomes = sizes.map((size, index) => mail(index, { bytes: size }));
    await collect(drain(from(outcomes), write, { maxParallel: 16, maxPendingBytes: 100 }));
    expect(most).toBeGreaterThan(60);
    expect(most).toBeLessThanOrEqual(100);
  });

  it("does not read the next item into memory while much is held", async () => {
    const source = tracked([mail(0, { bytes: 51 }), mail(1), mail(2)]);
    const { write } = meter(async (_content, path) => {
      await setTimeout(5);
      if (path === "0") expect(source.state.given).toBe(1);
    });
    await collect(drain(source.outcomes, write, { maxParallel: 16, maxPendingBytes: 100 }));
    expect(source.state.given).toBe(3);
  });

  it("writes an item alone that holds more than the bound", async () => {
    const { write, seen } = meter(async () => setTimeout(1));
    const outcomes = [mail(0, { bytes: 500 }), mail(1, { bytes: 500 }), mail(2, { bytes: 500 })];
    await collect(drain(from(outcomes), write, { maxParallel: 4, maxPendingBytes: 100 }));
    expect(seen).toMatchObject({ most: 1, count: 3 });
  });

  it("writes several files of one outcome even when they are more than may run at once", async () => {
    const { write, seen } = meter(async () => setImmediate());
    const drained = await collect(drain(from([mail(0, { files: 5 }), mail(1)]), write, { maxParallel: 2 }));
    expect(drained[0]?.receipts).toHaveLength(5);
    expect(seen.count).toBe(6);
  });

  it.each([1, 59, 60, 1_000])(
    "does not deadlock on content that is read while the next is awaited (%d)",
    async (bound) => {
      const { outcomes, state } = streamed(20);
      const { write } = meter(readAll);
      const drained = await collect(drain(outcomes, write, { maxParallel: 1, maxPendingBytes: bound }));
      expect(drained).toHaveLength(20);
      expect(state).toEqual({ consumed: 20, returned: true });
    },
  );

  it("does not deadlock when the write of such content fails before it is opened", async () => {
    const { outcomes, state } = streamed(20);
    const write: WriteFile = async (file) => {
      if (file.path === "3") throw new Error("no space");
      await readAll(file.content);
      return receiptOf(file.path);
    };
    await expect(collect(drain(outcomes, write, { maxParallel: 4 }))).rejects.toThrow("no space");
    expect(state.returned).toBe(true);
  });

  it.each(Array.from({ length: 12 }, (_, index) => [index]))("ends with the error of write %d", async (bad) => {
    const source = tracked(Array.from({ length: 12 }, (_, index) => mail(index)));
    const { write, seen } = meter(async (_content, path) => {
      await setTimeout(Number(path) % 3);
      if (path === String(bad)) throw new Error(`write ${bad}`);
    });
    await expect(collect(drain(source.outcomes, write, { maxParallel: 4 }))).rejects.toThrow(`write ${bad}`);
    expect(seen.running).toBe(0);
    expect(source.state.returned).toBe(true);
  });

  it("ends with the first error, though others follow when the rest is stopped", async () => {
    const write: WriteFile = async (file, _outcome, signal) => {
      if (file.path === "2") throw new Error("the cause");
      await new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
      return receiptOf(file.path);
    };
    const outcomes = Array.from({ length: 9 }, (_, index) => mail(index));
    await expect(collect(drain(from(outcomes), write, { maxParallel: 4 }))).rejects.toThrow("the cause");
  });

  it("is not over before the other files of a failed outcome are", async () => {
    const { write, seen } = meter(async (_content, path) => {
      await setTimeout(path === "0" ? 0 : 20);
      if (path === "0") throw new Error("first file");
    });
    await expect(collect(drain(from([mail(0, { files: 3 })]), write, { maxParallel: 4 }))).rejects.toThrow(
      "first file",
    );
    expect(seen).toMatchObject({ running: 0, count: 3 });
  });

  it("passes on an error of the outcomes, once its writes are over", async () => {
    const { write, seen } = meter(async () => setTimeout(5));
    const broken = async function* () {
      yield mail(0);
      yield mail(1);
      throw new Error("decoder");
    };
    await expect(collect(drain(broken(), write, { maxParallel: 4 }))).rejects.toThrow("decoder");
    expect(seen).toMatchObject({ running: 0, count: 2 });
  });

  it("stops its writes and returns the outcomes when its consumer leaves", async () => {
    const source = tracked(Array.from({ length: 100 }, (_, index) => mail(index)));
    let stopped = 0;
    const write: WriteFile = async (file, _outcome, signal) => {
      if (Number(file.path) === 0) return receiptOf(file.path);
      await new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
      stopped += 1;
      return receiptOf(file.path);
    };
    for await (const { outcome } of drain(source.outcomes, write, { maxParallel: 4 })) {
      expect(outcome).toMatchObject({ ordinal: 0 });
      break;
    }
    expect(stopped).toBe(0);
    expect(source.state.returned).toBe(true);
    expect(source.state.given).toBeLessThan(8);
  });

  it("lets go of content that its failed write never opened", async () => {
    let released = 0;
    const content = async function* () {
      try {
        yield new Uint8Array(1);
        yield new Uint8Array(1);
      } finally {
        released += 1;
      }
    };
    const write: WriteFile = async () => {
      throw new Error("no");
    };
    await expect(collect(drain(from([mail(0, { content: content() })]), write, { maxParallel: 2 }))).rejects.toThrow(
      "no",
    );
    expect(released).toBe(1);
  });
});

/** Messages that are read straight out of the decoder: the next outcome comes when the last content is read. */
function streamed(count: number) {
  const state = { consumed: 0, returned: false };
  const outcomes = (async function* () {
    try {
      for (let ordinal = 0; ordinal < count; ordinal += 1) {
        let resolve = (): void => undefined;
        const over = new Promise<void>((done) => {
          resolve = done;
        });
        const content = (async function* () {
          try {
            for (let chunk = 0; chunk < 3; chunk += 1) {
              await setImmediate();
              yield new Uint8Array(10);
            }
            state.consumed += 1;
          } finally {
            resolve();
          }
        })();
        yield mail(ordinal, { bytes: 30, content });
        await over;
      }
    } finally {
      state.returned = true;
    }
  })();
  return { outcomes, state };
}

function tracked(all: readonly Outcome[]) {
  const state = { given: 0, returned: false };
  const outcomes = (async function* () {
    try {
      for (const outcome of all) {
        state.given += 1;
        yield outcome;
      }
    } finally {
      state.returned = true;
    }
  })();
  return { outcomes, state };
}

function meter(act: (content: ByteSource, path: string) => Promise<unknown>) {
  const seen = { running: 0, most: 0, count: 0 };
  const write: WriteFile = async (file) => {
    seen.running += 1;
    seen.count += 1;
    seen.most = Math.max(seen.most, seen.running);
    try {
      await act(file.content, file.path);
      return receiptOf(file.path);
    } finally {
      seen.running -= 1;
    }
  };
  return { write, seen };
}

async function readAll(content: ByteSource): Promise<void> {
  for await (const _ of content);
}

async function* from(outcomes: readonly Outcome[]): AsyncGenerator<Outcome> {
  yield* outcomes;
}

async function collect(drained: AsyncIterable<Drained>): Promise<Drained[]> {
  const all: Drained[] = [];
  for await (const one of drained) all.push(one);
  return all;
}
