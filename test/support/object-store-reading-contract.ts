import { expect, it } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { hasCode } from "../../shared/errors.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { bytes, inKeyOrder, keysOf, pattern } from "./object-store-probe.ts";

/** What reading an object must do. */
export function describeReading(open: () => Promise<ObjectStore>): void {
  it("knows nothing of an object that is not there", async () => {
    const store = await open();
    await store.write("folder/x", [bytes("x")]);
    for (const key of ["absent", "folder", "folder/x/y", "folder/absent"]) {
      expect(await store.head(key)).toBeNull();
      await expect(collectBytes(store.read(key))).rejects.toMatchObject({ code: "stores/not-found" });
    }
  });

  it("opens an object at the first pull, not before", async () => {
    const store = await open();
    const later = store.read("later");
    await store.write("later", [bytes("now")]);
    expect(Buffer.from(await collectBytes(later)).toString()).toBe("now");
  });

  it.each([
    [{ offset: 0 }, "0123456789"],
    [{ offset: 4 }, "456789"],
    [{ offset: 4, length: 3 }, "456"],
    [{ offset: 9, length: 100 }, "9"],
    [{ offset: 10 }, ""],
    [{ offset: 11, length: 5 }, ""],
    [{ offset: 3, length: 0 }, ""],
  ])("reads the range %j", async (range, expected) => {
    const store = await open();
    await store.write("digits", [bytes("0123456789")]);
    expect(Buffer.from(await collectBytes(store.read("digits", { range }))).toString()).toBe(expected);
  });

  it("hands over chunks that are the reader's own", async () => {
    const store = await open();
    const whole = pattern(1_000_000);
    await store.write("k", [whole]);
    const kept: Uint8Array[] = [];
    for await (const chunk of store.read("k")) kept.push(chunk);
    expect(Buffer.compare(Buffer.concat(kept), whole)).toBe(0);
  });

  it("lets a reader stop early", async () => {
    const store = await open();
    await store.write("k", [pattern(2_000_000)]);
    for await (const chunk of store.read("k")) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await store.delete("k");
    expect(await store.head("k")).toBeNull();
  });
}

/** What etags must do. */
export function describeVersions(open: () => Promise<ObjectStore>): void {
  it("gives another etag to other content of the same size", async () => {
    const store = await open();
    const etags = new Set<string>();
    for (const text of ["aaaa", "bbbb", "cccc"]) etags.add((await store.write("k", [bytes(text)])).etag);
    expect(etags.size).toBe(3);
  });

  it("reads a pinned version, and refuses once it is another", async () => {
    const store = await open();
    const first = await store.write("k", [bytes("first")]);
    expect(Buffer.from(await collectBytes(store.read("k", { etag: first.etag }))).toString()).toBe("first");
    await store.write("k", [bytes("other")]);
    await expect(collectBytes(store.read("k", { etag: first.etag }))).rejects.toMatchObject({
      code: "stores/source-changed",
    });
  });

  it("never mixes two versions in one pinned read", async () => {
    const store = await open();
    const first = Buffer.alloc(2_000_000, "a");
    const { etag } = await store.write("k", [first]);
    const kept: Uint8Array[] = [];
    try {
      for await (const chunk of store.read("k", { etag })) {
        if (kept.length === 0) await store.write("k", [Buffer.alloc(2_000_000, "b")]);
        kept.push(chunk);
      }
    } catch (error) {
      expect(hasCode(error, "stores/source-changed")).toBe(true);
      return;
    }
    expect(Buffer.compare(Buffer.concat(kept), first)).toBe(0);
  });
}

/** What listing must do. */
export function describeListing(open: () => Promise<ObjectStore>): void {
  // "-" and "." come before "/", and "/" before letters: a folder is not one place in the order. The wide tilde comes
  // before the owl, although the owl's first code unit is the smaller one.
  const keys = ["A", "a-b/c", "a.b", "a/b/c", "a/b0", "a/c", "a0", "ab/c", "b", "é/ü", "～", "🦉"];

  it("lists all keys in the order of their UTF-8 bytes", async () => {
    const store = await filled(open, keys);
    expect(await keysOf(store, "")).toEqual(keys);
  });

  it.each(["a", "a/", "a/b", "a-", "ab/c", "é", "b", "none", "a/b/c/d"])(
    "lists what begins with %j",
    async (prefix) => {
      const store = await filled(open, keys);
      expect(await keysOf(store, prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)));
    },
  );

  it("goes on behind any key, also one that is not there", async () => {
    const store = await filled(open, keys);
    for (const after of [...keys, "a", "a/", "a/b", "a/bb", "zzz", ""]) {
      const expected = keys.filter((key) => key !== after && inKeyOrder([after, key])[0] === after);
      expect(await keysOf(store, "", after), after).toEqual(expected);
      expect(await keysOf(store, "a/", after), after).toEqual(expected.filter((key) => key.startsWith("a/")));
    }
  });

  it("says the same of each object as head does", async () => {
    const store = await filled(open, keys);
    for await (const facts of store.list("")) expect(await store.head(facts.key)).toEqual(facts);
  });

  it("lists nothing in an empty store", async () => {
    expect(await keysOf(await open(), "")).toEqual([]);
  });

  it("can be listed while what it lists is deleted", async () => {
    const store = await filled(open, keys);
    for await (const { key } of store.list("a")) await store.delete(key);
    expect(await keysOf(store, "")).toEqual(["A", "b", "é/ü", "～", "🦉"]);
  });
}

async function filled(open: () => Promise<ObjectStore>, keys: readonly string[]): Promise<ObjectStore> {
  const store = await open();
  for (const key of keys.toReversed()) await store.write(key, [bytes(key)]);
  return store;
}
