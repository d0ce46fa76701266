import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createMessageQueue } from "../../functions/aws/message-queue.ts";
import { clientOf, type JsonAnswer, startJsonService } from "../support/json-service.ts";

/** A queue that refuses so many messages before it takes them, and what it has taken, call by call. */
async function open(refusals: number) {
  let left = refusals;
  const taken: string[][] = [];
  const answer: JsonAnswer = ({ input }) => {
    const entries = (input as { Entries: { Id: string; MessageBody: string }[] }).Entries;
    const Failed = entries.slice(0, left).map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false }));
    left -= Failed.length;
    const Successful = entries.slice(Failed.length);
    taken.push(Successful.map(({ MessageBody }) => MessageBody));
    return { body: { Failed, Successful: Successful.map(({ Id }) => ({ Id, MessageId: Id })) } };
  };
  const service = await startJsonService(answer);
  const client = new SQSClient({ ...clientOf(service), md5: false });
  const queue = createMessageQueue(client, `${service.endpoint}/123456789012/uploads`);
  return { service, queue, taken, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);

describe("a queue of SQS", () => {
  it("takes ten messages in a call", async () => {
    await using place = await open(0);
    await place.queue.send(bodies(25));
    expect(place.taken.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(place.taken.flat()).toEqual(bodies(25));
  });

  it("is sent only what it refused, until it has everything", async () => {
    await using place = await open(12);
    await place.queue.send(bodies(10));
    expect(place.taken.map(({ length }) => length)).toEqual([0, 8, 2]);
    expect(place.taken.flat().sort()).toEqual(bodies(10));
  });

  it("fails when it refuses again and again, and says how many", async () => {
    await using place = await open(1000);
    await expect(place.queue.send(bodies(3))).rejects.toMatchObject({
      code: "stores/write-failed",
      details: { refused: 3 },
    });
  });

  it("takes no more bytes in a call than SQS does", async () => {
    await using place = await open(0);
    await place.queue.send(new Array<string>(5).fill("é".repeat(50_000)));
    expect(place.taken.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it("asks for nothing when there is nothing to send", async () => {
    await using place = await open(0);
    await place.queue.send([]);
    expect(place.service.calls).toEqual([]);
  });
});
