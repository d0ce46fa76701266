import { describe, expect, it } from "vitest";
import type { Item } from "../shared/items/item.ts";
import { MergedFeed } from "../shared/merged-feed.ts";

const ITEM_BYTES = 10_000;
const FRAME = { begin: () => [], end: () => [] };

/** A feed of `count` items that go in turn into two contents, and how many of them have been taken. */
function openFeed(count: number) {
  const [even, odd] = [{}, {}];
  const taken = { items: 0 };
  async function* items(): AsyncGenerator<Item> {
    for (; taken.items < count; taken.items += 1) yield {} as Item;
  }
  const feed = new MergedFeed(items, () => ({
    key: taken.items % 2 === 0 ? even : odd,
    pieces: [new Uint8Array(ITEM_BYTES).fill(taken.items)],
  }));
  return { taken, even: feed.contentOf(even, FRAME), odd: feed.contentOf(odd, FRAME) };
}

async function lengthOf(content: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of content) length += chunk.length;
  return length;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("a pass over items that feeds several contents", () => {
  it("gives each content all that is its own, read at the same time or one after the other", async () => {
    const together = openFeed(1001);
    expect(await Promise.all([lengthOf(together.even), lengthOf(together.odd)])).toEqual([5_010_000, 5_000_000]);
    const apart = openFeed(1001);
    expect(await lengthOf(apart.odd)).toBe(5_000_000);
    expect(await lengthOf(apart.even)).toBe(5_010_000);
  });

  it("waits for a reader that is slow, so that little is held for it", async () => {
    const { taken, even, odd } = openFeed(10_000);
    const slow = odd[Symbol.asyncIterator]();
    await slow.next();
    const quick = lengthOf(even);
    await pause();
    // A megabyte for the slow one, and as much for the quick one meanwhile.
    expect(taken.items * ITEM_BYTES).toBeLessThan(5_000_000);
    let length = 0;
    for (let next = await slow.next(); !next.done; next = await slow.next()) length += next.value.length;
    expect([length, await quick]).toEqual([50_000_000, 50_000_000]);
  });

  it("goes on when the slow reader leaves", async () => {
    const { even, odd } = openFeed(10_000);
    const slow = odd[Symbol.asyncIterator]();
    await slow.next();
    const quick = lengthOf(even);
    await pause();
    await slow.return?.();
    expect(await quick).toBe(50_000_000);
  });
});
