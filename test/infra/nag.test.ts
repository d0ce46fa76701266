import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { synthStack } from "../support/synth-stack.ts";

/** What cdk-nag finds that nobody gave a reason for. */
function findings(context: Record<string, unknown>): string[] {
  const { app } = synthStack(context);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
}

const USER_KEY = "arn:aws:kms:eu-central-1:111122223333:key/aaaaaaaa-1111-4111-8111-111111111111";

describe("AwsSolutions of cdk-nag", () => {
  it.each([
    ["by default", {}],
    ["with a new KMS key and traces", { encryption: "kms", tracing: true }],
    [
      "with a bucket and a key of others",
      { uploadsBucketName: "old-mail", uploadsKeyArn: USER_KEY, encryption: USER_KEY },
    ],
    [
      "with JSON Web Tokens",
      { jwtIssuer: "https://login.example", jwtAudience: "mail", allowOrigins: "https://a.example" },
    ],
    ["with alarms by mail", { alarmEmail: "ops@example.com" }],
    ["with a narrow prefix and another bus", { backfillPrefix: "mail/", eventBusName: "default" }],
    ["when nothing is to be left", { removalPolicy: "destroy", archiveDays: 30, resultDays: 7 }],
  ])("finds nothing that has no reason, %s", (_, context) => {
    expect(findings(context)).toEqual([]);
  });

  it("does look: it finds each thing whose reason is taken away", () => {
    const { app } = synthStack();
    const unforgiving = new AwsSolutionsChecks(app);
    Object.defineProperty(unforgiving, "isAcknowledged", { value: () => false });
    const rules = unforgiving.validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(rules).toContain("AwsSolutions-SF2");
    expect(rules.filter((rule) => rule.startsWith("AwsSolutions-IAM5[Resource::")).length).toBeGreaterThan(5);
    expect(rules.filter((rule) => !/^AwsSolutions-(SF2|IAM5\[Resource::)/.test(rule))).toEqual([]);
  });
});
