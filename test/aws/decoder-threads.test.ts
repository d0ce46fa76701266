import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { STACK_OWNER, startAwsStack } from "../support/aws-stack.ts";
import { deployFunction } from "../support/lambda-process.ts";
import { makeArchive, makeFileHeader } from "../support/make-archive.ts";
import { makeS3Notification } from "../support/s3-notification.ts";
import { makeMessage } from "../support/synthetic-mail.ts";

const BLOCK_BYTES = 65_536;
const BLOCKS = 320;

/** One message of 20 MiB, as one block of text again and again. */
function makeLargeMessage(): Uint8Array {
  const first = makeMessage({ seed: 1, textBytes: 2 * BLOCK_BYTES }).subarray(0, BLOCK_BYTES);
  const block = (plain: Uint8Array) => makeArchive(plain).subarray(40);
  const body = block(Buffer.from("All work and no play makes tea.\r\n".repeat(BLOCK_BYTES)).subarray(0, BLOCK_BYTES));
  const blocks = new Array<Uint8Array>(BLOCKS - 1).fill(body);
  return concatBytes([makeFileHeader(BLOCKS * BLOCK_BYTES), block(first), ...blocks]);
}

async function countThreads(pid: number): Promise<number> {
  const names = (await readdir(`/proc/${pid}/task`)).map((task) => readFile(`/proc/${pid}/task/${task}/comm`, "utf8"));
  return (await Promise.all(names)).filter((name) => name.trim() === "WorkerThread").length;
}

it.skipIf(process.platform !== "linux" || availableParallelism() < 2)(
  "the bundled converter finds its threads beside it, and decodes a large archive with them",
  async () => {
    await using stack = await startAwsStack();
    await using convert = await deployFunction("convert");
    await using converter = await convert.start(stack.environments.convert);
    const facts = await stack.uploads.write("inbox/large.hu01", [makeLargeMessage()]);
    expect(await countThreads(converter.pid)).toBe(0);
    const body = makeS3Notification(stack.uploadsBucket, facts);
    await converter.invoke({ Records: [{ messageId: "1", body }] });
    const { jobs } = await stack.jobs.list({ owner: STACK_OWNER, limit: 10 });
    expect(jobs).toMatchObject([{ status: "succeeded", progress: { blocks: { ok: BLOCKS, bad: 0 } } }]);
    expect(await countThreads(converter.pid)).toBe(Math.min(availableParallelism(), 8));
  },
  120_000,
);
