import { describe, expect, it } from "vitest";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import { bytes, textOf } from "../support/object-store-probe.ts";
import { startVersionedS3 } from "../support/versioned-s3.ts";

async function open() {
  const s3 = await startVersionedS3();
  const store = createS3ObjectStore({ client: s3.client, bucket: s3.bucket });
  const write = async (key: string, text: string) => (await store.write(key, [bytes(text)])).etag;
  return { s3, store, write, [Symbol.asyncDispose]: () => s3[Symbol.asyncDispose]() };
}

describe("deleting every version of an object", () => {
  it("leaves none, no mark of a deletion, and whatever begins alike", async () => {
    await using place = await open();
    const { s3, store, write } = place;
    const key = "uploads/1/a +%é.hu01";
    for (const text of ["one", "two", "three"]) await write(key, text);
    await store.delete(key);
    await write(key, "four");
    await write(`${key}.bak`, "another");
    await store.delete(key, { everyVersion: true });
    expect(s3.kept).toEqual([`${key}.bak v6`]);
    expect(await store.head(key)).toBeNull();
  });

  it("does no harm when there is none, or when it is done again", async () => {
    await using place = await open();
    const { s3, store, write } = place;
    await write("a", "one");
    for (const _time of [1, 2]) await store.delete("a", { everyVersion: true });
    await store.delete("never", { everyVersion: true });
    expect(s3.kept).toEqual([]);
  });
});

describe("deleting what has an etag", () => {
  it("leaves a newer version as it is", async () => {
    await using place = await open();
    const { s3, store, write } = place;
    const etag = await write("inbox/a", "old");
    await write("inbox/a", "new");
    await store.delete("inbox/a", { etag, everyVersion: true });
    expect(s3.kept).toEqual(["inbox/a v2"]);
    expect(await textOf(store, "inbox/a")).toBe("new");
  });

  it("brings no older version to light", async () => {
    await using place = await open();
    const { s3, store, write } = place;
    await write("inbox/a", "old");
    const etag = await write("inbox/a", "new");
    await store.delete("inbox/a", { etag, everyVersion: true });
    expect(await store.head("inbox/a")).toBeNull();
    expect(s3.kept).toEqual(["inbox/a v1", "inbox/a v3"]);
  });

  it("leaves all when nothing has it", async () => {
    await using place = await open();
    await place.write("inbox/a", "old");
    await place.store.delete("inbox/a", { etag: "0".repeat(32), everyVersion: true });
    expect(place.s3.kept).toEqual(["inbox/a v1"]);
  });
});
