import { describe, expect, it } from "vitest";
import { createJobMessage } from "../../functions/convert/job-message.ts";
import {
  type CreatedObject,
  createNotification,
  createUploadEvent,
  parseNotification,
  toJobId,
} from "../../functions/convert/s3-event.ts";

const OBJECT: CreatedObject = {
  bucket: "in",
  key: "a.hu01",
  size: 9,
  etag: "abc",
  versionId: null,
};

const KEYS = ["a b+c.hu01", "100%.hu01", "a%2Bb", "é", "e\u0301", "🦉", "a//b/c", "x".repeat(1024), "a&b=c#d?e"];

/** A notification as S3 sends it, with what a test wants to be different. */
function notification(object: Record<string, unknown>, record: Record<string, unknown> = {}): string {
  const facts = { key: "a.hu01", size: 9, eTag: "abc", sequencer: "0055AED6DCD90281E5", ...object };
  const s3 = { s3SchemaVersion: "1.0", configurationId: "c", bucket: { name: "in", arn: "arn" }, object: facts };
  const common = { eventVersion: "2.1", eventSource: "aws:s3", awsRegion: "eu-west-1", eventName: "ObjectCreated:Put" };
  return JSON.stringify({ Records: [{ ...common, s3, ...record }] });
}

describe("an S3 notification", () => {
  it("names the object and its version", () => {
    expect(parseNotification(notification({}))).toEqual([{ kind: "created", object: OBJECT }]);
    expect(parseNotification(notification({ versionId: "v9" }))).toMatchObject([{ object: { versionId: "v9" } }]);
  });

  it.each([
    ["a+b.hu01", "a b.hu01"],
    ["a%20b.hu01", "a b.hu01"],
    ["a%2Bb.hu01", "a+b.hu01"],
    ["a%252Bb.hu01", "a%2Bb.hu01"],
    ["100%25.hu01", "100%.hu01"],
    ["caf%C3%A9.hu01", "café.hu01"],
    ["%F0%9F%A6%89.hu01", "🦉.hu01"],
    ["a//b.hu01", "a//b.hu01"],
    ["a%2Fb.hu01", "a/b.hu01"],
    ["x".repeat(1024), "x".repeat(1024)],
  ])("has its key %j decoded exactly once", (encoded, key) => {
    expect(parseNotification(notification({ key: encoded }))).toMatchObject([{ kind: "created", object: { key } }]);
  });

  it.each(KEYS)("of our own has the key %j in it", (key) => {
    const event = createUploadEvent({ ...OBJECT, key, size: 9, etag: "abc" });
    const { Records } = event as { Records: { body: string }[] };
    expect(parseNotification(Records[0]?.body ?? "")).toMatchObject([{ object: { key, size: 9, etag: "abc" } }]);
  });

  it.each([["2.0"], ["2.6"], ["3.1"], [undefined]])("of version %s is read like any other", (eventVersion) => {
    expect(parseNotification(notification({}, { eventVersion }))).toMatchObject([{ kind: "created" }]);
  });

  it.each([
    ["ObjectCreated:Put"],
    ["ObjectCreated:Post"],
    ["ObjectCreated:Copy"],
    ["ObjectCreated:CompleteMultipartUpload"],
    ["s3:ObjectCreated:Put"],
  ])("of %s leads to a job", (eventName) => {
    expect(parseNotification(notification({}, { eventName }))).toMatchObject([{ kind: "created" }]);
  });

  it.each([
    ["test-event", '{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"in"}'],
    ["not-a-creation", notification({ size: undefined, eTag: undefined }, { eventName: "ObjectRemoved:Delete" })],
    ["not-a-creation", notification({}, { eventName: "ObjectRemoved:DeleteMarkerCreated" })],
    ["not-a-creation", notification({}, { eventName: "LifecycleExpiration:Delete" })],
    ["not-a-creation", '{"Records":[{"eventName":"ReducedRedundancyLostObject"}]}'],
    ["folder-key", notification({ key: "folder/", size: 0 })],
    ["folder-key", notification({ key: "a+folder%2F", size: 12 })],
    ["empty-object", notification({ size: 0 })],
  ])("is ignored as %s", (reason, body) => {
    expect(parseNotification(body)).toEqual([{ kind: "ignored", reason }]);
  });

  it.each([
    [""],
    ["not JSON"],
    ["null"],
    ["[]"],
    ["{}"],
    ['"Records"'],
    ['{"Records":{}}'],
    ['{"Records":[null]}'],
    ['{"Records":[{"eventName":"ObjectCreated:Put"}]}'],
    [notification({ key: "" })],
    [notification({ key: "100%" })],
    [notification({ key: "%ff" })],
    [notification({ size: -1 })],
  ])("that reads %j is unreadable", (body) => {
    expect(parseNotification(body)).toMatchObject([{ kind: "unreadable", error: { code: "events/unreadable" } }]);
  });

  it("without records asks for nothing", () => {
    expect(parseNotification('{"Records":[]}')).toEqual([]);
  });

  it("is read to its last record, whatever stands in the middle", () => {
    const records = Array.from({ length: 10 }, (_, index) => {
      return index === 3
        ? { eventName: "ObjectCreated:Put" }
        : JSON.parse(notification({ key: `${index}` })).Records[0];
    });
    const kinds = parseNotification(JSON.stringify({ Records: records })).map(({ kind }) => kind);
    expect(kinds).toEqual(records.map((_, index) => (index === 3 ? "unreadable" : "created")));
  });
});

/** The same news as EventBridge tells it. */
function bridged(object: Record<string, unknown>, type = "Object Created"): string {
  const facts = { key: "a.hu01", size: 9, etag: "abc", sequencer: "0055AED6DCD90281E5", ...object };
  const detail = { version: "0", bucket: { name: "in" }, object: facts, reason: "PutObject" };
  return JSON.stringify({ version: "0", "detail-type": type, source: "aws.s3", resources: ["arn"], detail });
}

describe("an S3 event that comes over EventBridge", () => {
  it("names the object and its version", () => {
    expect(parseNotification(bridged({}))).toEqual([{ kind: "created", object: OBJECT }]);
    expect(parseNotification(bridged({ "version-id": "v9" }))).toMatchObject([{ object: { versionId: "v9" } }]);
  });

  it.each([...KEYS, "a+b", "a%20b", "%", "%zz"])("has the key %j as it is", (key) => {
    expect(parseNotification(bridged({ key }))).toMatchObject([{ kind: "created", object: { key } }]);
  });

  it.each([
    ["not-a-creation", bridged({}, "Object Deleted")],
    ["folder-key", bridged({ key: "a/" })],
    ["empty-object", bridged({ size: 0 })],
  ])("is ignored as %s", (reason, body) => {
    expect(parseNotification(body)).toEqual([{ kind: "ignored", reason }]);
  });

  it.each([[bridged({ key: "" })], [bridged({ size: -1 })], [bridged({ key: 7 })]])(
    "that reads %j is unreadable",
    (body) => {
      expect(parseNotification(body)).toMatchObject([{ kind: "unreadable", error: { code: "events/unreadable" } }]);
    },
  );

  it.each(KEYS)("leads to the same job as the notification of the key %j, and as one of our own", (key) => {
    const encoded = encodeURIComponent(key).replaceAll("%20", "+");
    const facts = { size: 9, etag: '"abc"', versionId: "v1" };
    const bodies = [
      notification({ key: encoded, versionId: "v1" }),
      bridged({ key, "version-id": "v1", sequencer: "00FF" }),
      createNotification({ bucket: "in", key, ...facts }),
    ];
    const ids = bodies.flatMap(parseNotification).map((notice) => notice.kind === "created" && toJobId(notice.object));
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });
});

describe("a message of our own", () => {
  it("names the job to be run", () => {
    expect(parseNotification(createJobMessage("job-1"))).toEqual([{ kind: "job", jobId: "job-1" }]);
  });

  it.each([['{"kind":"hu01/job"}'], ['{"kind":"hu01/job","jobId":""}'], ['{"jobId":"job-1"}']])("is not %s", (body) => {
    expect(parseNotification(body)).toMatchObject([{ kind: "unreadable" }]);
  });
});

describe("the job id of an object", () => {
  it("is the same for the same event, on any machine", () => {
    expect(toJobId(OBJECT)).toBe("49d0f4f1-7649-5664-b26c-901bc38a2c62");
    expect(toJobId({ ...OBJECT })).toBe(toJobId(OBJECT));
  });

  it("is another for another bucket, key, version or content", () => {
    const others: Partial<CreatedObject>[] = [
      {},
      { bucket: "in2" },
      { key: "b.hu01" },
      { etag: "abd" },
      { etag: null },
      { versionId: "v1" },
      { versionId: "v2" },
      { bucket: "i", key: "na.hu01" },
    ];
    expect(new Set(others.map((other) => toJobId({ ...OBJECT, ...other }))).size).toBe(others.length);
  });

  it("follows the version where there is one, not the ETag", () => {
    const versioned = { ...OBJECT, versionId: "v1" };
    expect(toJobId({ ...versioned, etag: "other" })).toBe(toJobId(versioned));
  });

  it("is the same whether an object is older than its bucket's versioning or than nothing", () => {
    const [notice] = parseNotification(notification({ versionId: "null" }));
    expect(notice).toEqual({ kind: "created", object: OBJECT });
  });
});
