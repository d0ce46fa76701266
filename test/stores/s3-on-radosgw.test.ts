import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Client } from "../../functions/stores/aws-clients.ts";
import { createS3ObjectStore } from "../../functions/stores/s3-object-store.ts";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { TEST_IDENTITY } from "../support/emulators.ts";
import { describeObjectStoreContract } from "../support/object-store-contract.ts";
import { bytes, pattern, sliced, textOf } from "../support/object-store-probe.ts";

/** Set by `npm run test:radosgw`, which starts the server. */
const endpoint = process.env.RADOSGW_ENDPOINT ?? "";

describe.skipIf(endpoint === "")("over Debian's radosgw", () => {
  let client: S3Client;
  let count = 0;
  beforeAll(() => {
    client = createS3Client({ endpoint, ...TEST_IDENTITY });
  });
  afterAll(() => client.destroy());

  async function openBucket() {
    count += 1;
    const bucket = `bucket-${count}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return { bucket, store: createS3ObjectStore({ client, bucket }) };
  }

  describeObjectStoreContract("the S3 store", async () => (await openBucket()).store);

  it("writes 12 MiB in parts and reads them back", async () => {
    const { store, bucket } = await openBucket();
    const whole = pattern(12 * 1024 ** 2);
    const facts = await store.write("k", sliced(whole, [777_777]), { mediaType: "application/mbox" });
    expect(facts).toEqual(await store.head("k"));
    expect(Buffer.compare(await collectBytes(store.read("k", { etag: facts.etag })), whole)).toBe(0);
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: "k" }));
    expect(head.ContentType).toBe("application/mbox");
  });

  it("leaves no part of an upload that its source breaks", async () => {
    const { store, bucket } = await openBucket();
    const fault = new Error("the source broke");
    const broken = async function* () {
      yield pattern(12 * 1024 ** 2);
      throw fault;
    };
    await expect(store.write("k", broken())).rejects.toBe(fault);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
    expect(await store.head("k")).toBeNull();
  });

  it("deletes every version of an object, or those with an etag", async () => {
    const { store, bucket } = await openBucket();
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    const kept = async () => {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
      return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key);
    };
    const { etag } = await store.write("a b", [bytes("one")]);
    await store.write("a b", [bytes("two")]);
    await store.write("a bc", [bytes("three")]);
    await store.delete("a b", { etag, everyVersion: true });
    expect([await textOf(store, "a b"), (await kept()).sort()]).toEqual(["two", ["a b", "a bc"]]);
    await store.delete("a b");
    await store.delete("a b", { everyVersion: true });
    expect(await kept()).toEqual(["a bc"]);
  });

  it("pages through more keys than one answer holds", async () => {
    const { store } = await openBucket();
    const keys = Array.from({ length: 1_100 }, (_, index) => `k/${String(index).padStart(4, "0")} +%é`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => store.write(key, [bytes("x")])));
    }
    const listed: string[] = [];
    for await (const { key } of store.list("k/")) listed.push(key);
    expect(listed).toEqual(keys);
    expect(await textOf(store, keys[1_050] ?? "")).toBe("x");
  });

  it("refuses a key that is not its own", async () => {
    const { bucket } = await openBucket();
    const stranger = createS3Client({
      ...TEST_IDENTITY,
      endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "wrong" },
    });
    const store = createS3ObjectStore({ client: stranger, bucket });
    await expect(textOf(store, "k")).rejects.toMatchObject({ code: "stores/access-denied" });
    await expect(store.write("k", [])).rejects.toMatchObject({ code: "stores/access-denied" });
    stranger.destroy();
  });
});
