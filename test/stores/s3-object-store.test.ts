import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import type { ObjectStore } from "../../shared/object-store.ts";
import { type S3Emulator, startS3 } from "../support/emulators.ts";
import { describeObjectStoreContract } from "../support/object-store-contract.ts";
import { bytes, keysOf, textOf } from "../support/object-store-probe.ts";
import { describeListing, describeReading, describeVersions } from "../support/object-store-reading-contract.ts";

let s3: S3Emulator;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.stop());

async function open(prefix = ""): Promise<ObjectStore> {
  return createS3ObjectStore({ client: s3.client, bucket: await s3.makeBucket(), prefix });
}

describeObjectStoreContract("the S3 store", () => open());

describe("the S3 store below a prefix", () => {
  const below = () => open("some/where/");
  describeReading(below);
  describeVersions(below);
  describeListing(below);

  it("sees nothing of what lies beside it in the bucket", async () => {
    const bucket = await s3.makeBucket();
    const [all, one, other] = ["", "one/", "other/"].map((prefix) =>
      createS3ObjectStore({ client: s3.client, bucket, prefix }),
    ) as [ObjectStore, ObjectStore, ObjectStore];
    await one.write("k", [bytes("one")]);
    await other.write("k", [bytes("other")]);
    await other.delete("k");
    await other.delete("../one/k").catch(() => undefined);
    expect(await keysOf(all, "")).toEqual(["one/k"]);
    expect(await textOf(one, "k")).toBe("one");
    expect(await keysOf(other, "")).toEqual([]);
  });

  it("counts the prefix into the length of a key", async () => {
    const store = await below();
    await store.write("x".repeat(1024 - "some/where/".length), []);
    const longer = store.write("x".repeat(1025 - "some/where/".length), []);
    await expect(longer).rejects.toMatchObject({ code: "stores/key-invalid" });
  });
});

describe("the S3 store", () => {
  it("pages through more keys than one answer holds", async () => {
    const store = await open();
    const keys = Array.from({ length: 2_100 }, (_, index) => `k/${String(index).padStart(4, "0")} +%é`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => store.write(key, [bytes("x")])));
    }
    expect(await keysOf(store, "k/")).toEqual(keys);
    expect(await keysOf(store, "k/", keys[998])).toEqual(keys.slice(999));
  });

  it("does not show keys that it cannot address, whoever has made them", async () => {
    const bucket = await s3.makeBucket();
    const store = createS3ObjectStore({ client: s3.client, bucket });
    for (const Key of ["a/../b", "good"])
      await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    expect(await keysOf(store, "")).toEqual(["good"]);
  });
});
