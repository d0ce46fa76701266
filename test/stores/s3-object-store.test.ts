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
