import { parseArgs } from "node:util";
import { announceMany } from "../support/announcement.ts";
import { deployFunction } from "../support/lambda-process.ts";

/**
 * Announces many small archives to the bundled converter, over emulators of S3, SQS and DynamoDB in this process:
 *
 *   npm run bench:announce -- --objects 10000 --workers 2 --batch 10
 *
 * Exits with 1 when one is lost, converted twice, or left behind.
 */
const { values } = parseArgs({
  options: {
    objects: { type: "string", default: "10000" },
    workers: { type: "string", default: "2" },
    batch: { type: "string", default: "10" },
  },
});
const objects = Number(values.objects);
await using converter = await deployFunction("convert");
const figures = await announceMany({
  converter,
  objects,
  workers: Number(values.workers),
  batchSize: Number(values.batch),
});
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
const { jobs, succeeded, mails, leftInQueue, deadLetters } = figures;
const isWhole = [jobs, succeeded, mails].every((count) => count === objects) && leftInQueue + deadLetters === 0;
process.exitCode = isWhole ? 0 : 1;
