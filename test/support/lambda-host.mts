import { inspect } from "node:util";

/**
 * Stands where Lambda's runtime stands: is copied beside a bundle, imports it, and calls its handler for each message
 * of the parent. Like that runtime it prints what a handler throws, with message and stack.
 */
interface Call {
  readonly id: number;
  readonly event: unknown;
  readonly remainingMillis: number;
}

const begun = performance.now();
const bundle: string = "./index.mjs";
const { handler } = (await import(bundle)) as { handler: (event: unknown, context: object) => Promise<unknown> };

process.on("message", async ({ id, event, remainingMillis }: Call) => {
  const deadline = Date.now() + remainingMillis;
  const context = {
    awsRequestId: `request-${id}`,
    functionName: "function",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    process.send?.({ id, result: await handler(event, context) });
  } catch (error) {
    process.stderr.write(`Invoke Error ${inspect(error)}\n`);
    process.send?.({ id, error: error instanceof Error ? error.name : "unknown" });
  }
});
process.send?.({ id: 0, result: { importMillis: performance.now() - begun } });
