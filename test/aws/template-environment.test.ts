import { expect, it } from "vitest";
import { FUNCTION_NAMES } from "../../infra/bundle-options.ts";
import { startAwsStack } from "../support/aws-stack.ts";
import { synthStack } from "../support/synth-stack.ts";

it("the bundles are tested with the variables that the template gives them, and no others", async () => {
  await using stack = await startAwsStack();
  const template = synthStack();
  for (const name of FUNCTION_NAMES) {
    const [, { Properties }] = template.functionOf(name);
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    // Lambda itself sets these, and the endpoints stand for AWS.
    const tested = Object.keys(stack.environments[name]).filter((variable) => !variable.startsWith("AWS_"));
    expect(tested.sort(), name).toEqual(Object.keys(Variables).sort());
  }
}, 60_000);
