import { mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDirectoryObjectStore } from "../../functions/stores/directory-object-store.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { AWKWARD_KEYS, describeObjectStoreContract } from "../support/object-store-contract.ts";
import { keysOf } from "../support/object-store-probe.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

describeObjectStoreContract("the directory store", async () => {
  return createDirectoryObjectStore(await makeTemporaryFolder());
});

describe("the directory store", () => {
  it("makes its folder when the first object is written", async () => {
    const root = join(await makeTemporaryFolder(), "not", "yet");
    const store = createDirectoryObjectStore(root);
    expect(await store.head("a")).toBeNull();
    expect(await keysOf(store, "")).toEqual([]);
    await store.write("a", [Buffer.from("x")]);
    expect(await readFile(join(root, "a"), "utf8")).toBe("x");
  });

  it("leaves only the objects behind, not the place where they grew", async () => {
    const root = await makeTemporaryFolder();
    const store = createDirectoryObjectStore(root);
    await Promise.all(["a", "b/c", "b/d"].map((key) => store.write(key, [Buffer.from(key)])));
    await expect(store.write("b/e", failing())).rejects.toThrow("broke");
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(["a", "b", "b/c", "b/d"]);
  });

  it("takes emptied folders away, but not its own", async () => {
    const root = await makeTemporaryFolder();
    const store = createDirectoryObjectStore(root);
    await store.write("job/mail/a", [Buffer.from("x")]);
    await store.write("job/b", [Buffer.from("x")]);
    await store.delete("job/mail/a");
    expect(await readdir(join(root, "job"))).toEqual(["b"]);
    await store.delete("job/b");
    expect(await readdir(root)).toEqual([]);
  });

  it("writes and deletes in the same folder at the same time", async () => {
    const store = createDirectoryObjectStore(await makeTemporaryFolder());
    const rounds = Array.from({ length: 200 }, async (_, index) => {
      await store.write(`shared/folder/${index}`, [Buffer.from("x")]);
      await store.delete(`shared/folder/${index}`);
    });
    await Promise.all(rounds);
    expect(await keysOf(store, "")).toEqual([]);
  });

  it("never lists what a crash left half written", async () => {
    const root = await makeTemporaryFolder();
    await mkdir(join(root, ".partial"));
    await writeFile(join(root, ".partial", "left"), "half");
    const store = createDirectoryObjectStore(root);
    await store.write("whole", [Buffer.from("x")]);
    expect(await keysOf(store, "")).toEqual(["whole"]);
    await expect(store.head(".partial/left")).rejects.toMatchObject({ code: "stores/key-invalid" });
  });

  it("removes what a killed process left a day ago, and nothing that may still grow", async () => {
    const root = await makeTemporaryFolder();
    await mkdir(join(root, ".partial"));
    for (const name of ["old", "new"]) await writeFile(join(root, ".partial", name), "half");
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(root, ".partial", "old"), yesterday, yesterday);
    await createDirectoryObjectStore(root).write("whole", [Buffer.from("x")]);
    expect(await readdir(join(root, ".partial"))).toEqual(["new"]);
  });

  it("notices a file that is written over in place while it is read", async () => {
    const root = await makeTemporaryFolder();
    const store = createDirectoryObjectStore(root);
    await store.write("k", [Buffer.alloc(1_000_000, "a")]);
    let first = true;
    const reading = async () => {
      for await (const _ of store.read("k")) {
        if (first) await writeFile(join(root, "k"), Buffer.alloc(1_000_000, "b"));
        first = false;
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "stores/source-changed" });
  });

  it("lists no links and reads no folders", async () => {
    const root = await makeTemporaryFolder();
    await writeFile(join(root, "real"), "x");
    await symlink(join(root, "real"), join(root, "link"));
    await mkdir(join(root, "folder"));
    const store = createDirectoryObjectStore(root);
    expect(await keysOf(store, "")).toEqual(["real"]);
    await store.delete("folder");
    await expect(collectBytes(store.read("folder"))).rejects.toMatchObject({ code: "stores/not-found" });
  });

  it("touches nothing outside its folder, whatever the key", async () => {
    const root = join(await makeTemporaryFolder(), "root");
    await writeFile(join(dirname(root), "a"), "outside");
    const store = createDirectoryObjectStore(root);
    const climbing = [...AWKWARD_KEYS, "../root-sibling", "x/../../a", "../../../../../../etc/hostname"];
    for (const key of climbing.filter((key) => key.split("/").includes(".."))) {
      const refused = { code: "stores/key-invalid" };
      await expect(store.head(key)).rejects.toMatchObject(refused);
      await expect(collectBytes(store.read(key))).rejects.toMatchObject(refused);
      await expect(store.write(key, [Buffer.from("x")])).rejects.toMatchObject(refused);
      await expect(store.delete(key)).rejects.toMatchObject(refused);
    }
    expect(await readdir(dirname(root))).toEqual(["a"]);
  });

  it("says that a key clashes with a folder or a file, without naming it", async () => {
    const store = createDirectoryObjectStore(await makeTemporaryFolder());
    await store.write("secretname/x", [Buffer.from("x")]);
    for (const key of ["secretname", "secretname/x/y"]) {
      const error = await store.write(key, [Buffer.from("y")]).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "stores/key-invalid" });
      expect(JSON.stringify(error) + String(error)).not.toContain("secretname");
    }
    expect(await keysOf(store, "")).toEqual(["secretname/x"]);
  });

  it("reports a disk that does not take the bytes as a passing fault", async () => {
    const root = join(await makeTemporaryFolder(), "a-file-where-the-folder-should-be");
    await writeFile(root, "x");
    const writing = createDirectoryObjectStore(root).write("k", [Buffer.from("x")]);
    await expect(writing).rejects.toMatchObject({ code: "stores/write-failed", details: { system: "ENOTDIR" } });
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("x");
  throw new Error("broke");
}
