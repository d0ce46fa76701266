import { describe, expect, it } from "vitest";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { bytes, inKeyOrder, keysOf, pattern, sliced, textOf } from "./object-store-probe.ts";
import { describeListing, describeReading, describeVersions } from "./object-store-reading-contract.ts";

/** Keys that every home must keep apart and give back letter by letter. */
const ORDINARY_KEYS: readonly string[] = [
  "plain.hu01",
  "deep/er/still/x.bin",
  "with space.hu01",
  "with+plus.hu01",
  "with%percent.hu01",
  "with%2Bescape.hu01",
  "with%2Fslash.hu01",
  "é.hu01",
  "e\u0301.hu01",
  "🦉.hu01",
  "semi;comma,quote'.hu01",
  ".hidden",
  "-dash",
  // 1024 bytes, the most that S3 takes, in segments that a folder can name.
  ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(204)).join("/"),
];

/** Keys that S3 can name and a folder cannot: a home either refuses them at once or keeps them exactly. */
export const AWKWARD_KEYS: readonly string[] = [
  "a//b",
  "/a",
  "a/",
  "../a",
  "a/../../b",
  "./a",
  "a/.",
  "..",
  "nul\0byte",
  "back\\slash",
  "..\\a",
  "C:\\a",
  "y".repeat(1024),
  "lone\ud800surrogate",
];

/** Keys that no home takes. */
const IMPOSSIBLE_KEYS: readonly string[] = ["", "z".repeat(1025), "é".repeat(513)];

/** What every object store must do. `open` gives an empty one each time. */
export function describeObjectStoreContract(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} keeps the object store contract`, () => {
    describeWriting(open);
    describeKeys(open);
    describeReading(open);
    describeVersions(open);
    describeListing(open);
    describeFaults(open);
  });
}

function describeWriting(open: () => Promise<ObjectStore>): void {
  it("gives back what was written, and says its size", async () => {
    const store = await open();
    const written = await store.write("a/b.bin", [bytes("one "), bytes("two")]);
    expect(written).toMatchObject({ key: "a/b.bin", size: 7 });
    expect(await store.head("a/b.bin")).toEqual(written);
    expect(await textOf(store, "a/b.bin")).toBe("one two");
  });

  it("keeps an empty object", async () => {
    const store = await open();
    expect((await store.write("empty", [])).size).toBe(0);
    expect(await store.head("empty")).toMatchObject({ size: 0 });
    expect(await textOf(store, "empty")).toBe("");
  });

  it("keeps megabytes that come in chunks of any size", async () => {
    const store = await open();
    const whole = pattern(3_000_001);
    await store.write("large", sliced(whole, [1, 65_536, 700_001, 0, 13]));
    expect(Buffer.compare(await collectBytes(store.read("large")), whole)).toBe(0);
  });

  it("replaces an object by writing it again", async () => {
    const store = await open();
    await store.write("k", [bytes("a longer first version")]);
    await store.write("k", [bytes("second")]);
    expect(await textOf(store, "k")).toBe("second");
    expect(await keysOf(store, "")).toEqual(["k"]);
  });

  it("shows nothing of an object before all of it is written", async () => {
    const store = await open();
    const seen: unknown[] = [];
    await store.write(
      "k",
      (async function* () {
        yield bytes("half");
        seen.push(await store.head("k"), await keysOf(store, ""));
        yield bytes("whole");
      })(),
    );
    expect(seen).toEqual([null, []]);
  });

  it("takes many writes at once", async () => {
    const store = await open();
    const keys = Array.from({ length: 60 }, (_, index) => `many/${index % 7}/${String(index).padStart(3, "0")}`);
    await Promise.all(keys.map((key) => store.write(key, [bytes(key)])));
    expect(await keysOf(store, "many/")).toEqual(keys.toSorted());
    for (const key of keys) expect(await textOf(store, key)).toBe(key);
  });

  it("lets one of several writers of a key win, whole", async () => {
    const store = await open();
    const versions = ["a", "b", "c", "d"].map((letter) => letter.repeat(100_000));
    await Promise.all(versions.map((text) => store.write("k", sliced(bytes(text), [999]))));
    expect(versions).toContain(await textOf(store, "k"));
  });

  it("leaves nothing of an object of which every version is deleted", async () => {
    const store = await open();
    for (const text of ["one", "two"]) await store.write("d/a", [bytes(text)]);
    await store.write("d/ab", [bytes("other")]);
    for (const _time of [1, 2]) await store.delete("d/a", { everyVersion: true });
    expect(await keysOf(store, "d/")).toEqual(["d/ab"]);
  });

  it("deletes one object, and does nothing when there is none", async () => {
    const store = await open();
    await store.write("d/a", [bytes("a")]);
    await store.write("d/b", [bytes("b")]);
    await store.delete("d/a");
    await store.delete("d/a");
    await store.delete("never/there");
    expect(await keysOf(store, "")).toEqual(["d/b"]);
    expect(await store.head("d/a")).toBeNull();
  });
}

function describeKeys(open: () => Promise<ObjectStore>): void {
  it("keeps ordinary keys apart, letter by letter", async () => {
    const store = await open();
    for (const key of ORDINARY_KEYS) await store.write(key, [bytes(key)]);
    expect(await keysOf(store, "")).toEqual(inKeyOrder(ORDINARY_KEYS));
    for (const key of ORDINARY_KEYS) expect(await textOf(store, key)).toBe(key);
  });

  it.each(AWKWARD_KEYS.map((key) => [key]))("keeps %j exactly or refuses it", async (key) => {
    const store = await open();
    try {
      await store.write(key, [bytes("content")]);
    } catch (error) {
      expect(error).toMatchObject({ code: "stores/key-invalid" });
      expect(await keysOf(store, "")).toEqual([]);
      return;
    }
    expect(await keysOf(store, "")).toEqual([key]);
    expect(await textOf(store, key)).toBe("content");
  });

  it.each(IMPOSSIBLE_KEYS.map((key) => [key.length, key]))("refuses a key of %d characters", async (_length, key) => {
    const store = await open();
    const refused = { code: "stores/key-invalid" };
    await expect(store.write(key, [bytes("x")])).rejects.toMatchObject(refused);
    await expect(store.head(key)).rejects.toMatchObject(refused);
    await expect(collectBytes(store.read(key))).rejects.toMatchObject(refused);
    await expect(store.delete(key)).rejects.toMatchObject(refused);
  });
}

function describeFaults(open: () => Promise<ObjectStore>): void {
  it("passes on an error of the content as it is, and keeps what was there", async () => {
    const store = await open();
    await store.write("old", [bytes("old")]);
    const fault = new RangeError("the content broke");
    const broken = async function* () {
      yield pattern(100_000);
      throw fault;
    };
    await expect(store.write("old", broken())).rejects.toBe(fault);
    await expect(store.write("new", broken())).rejects.toBe(fault);
    expect(await keysOf(store, "")).toEqual(["old"]);
    expect(await textOf(store, "old")).toBe("old");
  });

  it("stops a write at a signal, leaves nothing and lets go of the content", async () => {
    const store = await open();
    const controller = new AbortController();
    const reason = new Error("enough");
    let released = false;
    const endless = async function* () {
      try {
        for (let count = 0; ; count += 1) {
          if (count === 3) controller.abort(reason);
          yield pattern(1_000);
        }
      } finally {
        released = true;
      }
    };
    await expect(store.write("k", endless(), { signal: controller.signal })).rejects.toBe(reason);
    expect(released).toBe(true);
    expect(await keysOf(store, "")).toEqual([]);
  });

  it("begins no write under a signal that was given before", async () => {
    const store = await open();
    const reason = new Error("too late");
    await expect(store.write("k", [bytes("x")], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await store.head("k")).toBeNull();
  });

  it("stops a read at a signal", async () => {
    const store = await open();
    await store.write("k", [pattern(2_000_000)]);
    const controller = new AbortController();
    const reason = new Error("enough");
    let count = 0;
    const reading = async () => {
      for await (const _ of store.read("k", { signal: controller.signal })) {
        count += 1;
        controller.abort(reason);
      }
    };
    await expect(reading()).rejects.toBe(reason);
    expect(count).toBe(1);
    await expect(collectBytes(store.read("k", { signal: controller.signal }))).rejects.toBe(reason);
  });
}
