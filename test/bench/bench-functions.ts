import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { FUNCTION_NAMES, type FunctionName } from "../../infra/bundle-options.ts";
import { type AwsStack, STACK_OWNER, startAwsStack } from "../support/aws-stack.ts";
import { bundleFunction } from "../support/bundles.ts";
import { startFileS3 } from "../support/file-s3.ts";
import { deployFunction } from "../support/lambda-process.ts";
import { makeS3Notification } from "../support/s3-notification.ts";

/**
 * Prints what the functions of the stack weigh: size of each bundle, time of a cold import, and the memory of the
 * converter at a large input:
 *
 *   npm run bench:functions -- --mib 1024
 */
const { values } = parseArgs({ options: { mib: { type: "string", default: "1024" } } });
const COLD_STARTS = 5;
/** What Lambda gives Node.js of the 1 769 MB that the converter has by default. */
const HEAP = "--max-old-space-size=1592";

const print = (line: string) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), "hu01-bench-"));
try {
  await using stack = await startAwsStack();
  print("| function | bundle | gzip | cold import, median | largest parts |\n|---|---:|---:|---:|---|");
  for (const name of FUNCTION_NAMES) print(await describeFunction(name, stack));
  print("\n| input | converter, peak resident | time | read | written |\n|---|---:|---:|---:|---:|");
  for (const kind of ["single", "many"]) print(await measureMemory(kind, stack));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function describeFunction(name: FunctionName, { environments }: AwsStack): Promise<string> {
  const parts = await bundleFunction(name, join(folder, name));
  const bundle = await readFile(join(folder, name, "index.mjs"));
  const millis: number[] = [];
  await using deployed = await deployFunction(name);
  for (let index = 0; index < COLD_STARTS; index += 1) {
    await using lambda = await deployed.start(environments[name]);
    millis.push(lambda.importMillis);
  }
  const median = millis.toSorted((left, right) => left - right)[Math.floor(COLD_STARTS / 2)] ?? 0;
  const largest = parts.slice(0, 3).map(([part, bytes]) => `${part} ${kilobytes(bytes)}`);
  const sizes = `${kilobytes(bundle.length)} | ${kilobytes(gzipSync(bundle).length)}`;
  return `| ${name} | ${sizes} | ${median.toFixed(0)} ms | ${largest.join(", ")} |`;
}

async function measureMemory(kind: string, stack: AwsStack): Promise<string> {
  const file = join(folder, `${kind}.hu01`);
  const maker = join(import.meta.dirname, "make-large-archive.ts");
  execFileSync(process.execPath, [maker, "--mib", values.mib, "--kind", kind, file]);
  const key = `inbox/${kind}.hu01`;
  await using s3 = await startFileS3(file, `/${stack.uploadsBucket}/${key}`);
  await using deployed = await deployFunction("convert");
  const environment = { ...stack.environments.convert, AWS_ENDPOINT_URL_S3: s3.endpoint };
  await using converter = await deployed.start(environment, [HEAP]);
  const body = makeS3Notification(stack.uploadsBucket, { key, size: s3.size, etag: s3.etag });
  const begun = performance.now();
  await converter.invoke({ Records: [{ messageId: "1", body }] }, 900_000);
  const seconds = (performance.now() - begun) / 1000;
  const status = await readFile(`/proc/${converter.pid}/status`, "utf8");
  const peak = Number(/VmHWM:\s+(\d+)/u.exec(status)?.[1]) / 1000;
  const { jobs } = await stack.jobs.list({ owner: STACK_OWNER, limit: 10 });
  const job = jobs.find(({ source }) => source.key === key);
  const told = `${kind}, ${values.mib} MiB, ${job?.status}, ${job?.progress.items.mail} mails`;
  return `| ${told} | ${peak.toFixed(0)} MB | ${seconds.toFixed(1)} s | ${megabytes(s3.size)} | ${megabytes(s3.writtenBytes)} |`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
