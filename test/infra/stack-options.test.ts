import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readStackOptions, STACK_OPTIONS } from "../../infra/stack-options.ts";

describe("readStackOptions", () => {
  it("needs no context at all", () => {
    const fallbacks = Object.entries(STACK_OPTIONS).map(([key, { fallback }]) => [key, fallback]);
    expect(readStackOptions({})).toEqual(Object.fromEntries(fallbacks));
  });

  it("has only defaults that it would take from a person too", () => {
    for (const [key, { parse, fallback }] of Object.entries(STACK_OPTIONS)) {
      if (fallback !== null && !Array.isArray(fallback)) expect([key, parse(fallback)]).toEqual([key, fallback]);
    }
  });

  it("has every option in the table of DEPLOY.md, in its order", () => {
    const page = readFileSync(new URL("../../infra/DEPLOY.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm)].map(([, key, meaning]) => [key, meaning]);
    expect(rows).toEqual(Object.entries(STACK_OPTIONS).map(([key, { meaning }]) => [key, meaning]));
  });

  it("reads the text of the command line and the numbers of cdk.json alike", () => {
    const text = readStackOptions({
      batchSize: "10",
      tracing: "true",
      logDays: "7",
      allowOrigins: "https://a.example,https://b.example",
    });
    const json = readStackOptions({
      batchSize: 10,
      tracing: true,
      logDays: "7",
      allowOrigins: ["https://a.example", "https://b.example"],
    });
    expect(text).toEqual(json);
    expect(text).toMatchObject({
      batchSize: 10,
      tracing: true,
      allowOrigins: ["https://a.example", "https://b.example"],
    });
  });

  it.each([
    ["batchSize", "11", "a whole number from 1 to 10"],
    ["batchSize", "1e1", "a whole number"],
    ["batchSize", "", "a whole number"],
    ["batchSize", 1.5, "a whole number"],
    ["converterTimeoutSeconds", "901", "from 60 to 900"],
    ["tracing", "yes", "true or false"],
    ["removalPolicy", "snapshot", "one of retain, destroy"],
    ["logDays", "31", "one of 1, 3, 5"],
    ["encryption", "sse", "s3, kms or the ARN of a KMS key"],
    ["allowOrigins", "*", "an origin"],
    ["allowOrigins", "https://a.example/path", "an origin"],
    ["jwtIssuer", "http://login.example", "an https address"],
    ["adminScope", "hu01 admin", "a scope"],
    ["adminArns", "arn:aws:iam::111122223333:role/*", "an IAM user or role"],
    ["adminArns", "arn:aws:iam::111122223333:root", "an IAM user or role"],
    ["adminArns", "arn:aws:sts::111122223333:assumed-role/keeper/session", "an IAM user or role"],
    ["maxActiveJobs", "1001", "from 1 to 1000"],
    ["alarmEmail", "nobody", "an e-mail address"],
    ["uploadsBucketName", "Mail", "the name of a bucket"],
    ["stackName", "1st", "letters, digits and hyphens"],
  ])("says of %s=%s what it has to be", (key, value, expected) => {
    expect(() => readStackOptions({ [key]: value })).toThrow(`The context key ${key} is ${JSON.stringify(value)}`);
    expect(() => readStackOptions({ [key]: value })).toThrow(expected);
  });

  it("refuses a key that no option has, so that a slip of the pen leaves no stack open", () => {
    expect(() => readStackOptions({ jwtIsuer: "https://login.example" })).toThrow("no option jwtIsuer");
  });

  it("leaves the settings of the CDK alone", () => {
    const settings = {
      "@aws-cdk/core:stackRelativeExports": true,
      "aws:cdk:bundling-stacks": ["**"],
      "cli-telemetry": false,
    };
    expect(readStackOptions(settings)).toEqual(readStackOptions({}));
  });

  it.each([
    [{ jwtIssuer: "https://login.example" }, "go together"],
    [{ jwtAudience: "mail" }, "go together"],
    [
      { jwtIssuer: "https://l.example", jwtAudience: "a", adminArns: "arn:aws:iam::111122223333:user/a/b" },
      "adminScope says who administers",
    ],
    [{ inboxPrefix: "inbox" }, "end with a slash"],
    [{ inboxPrefix: "" }, "end with a slash"],
    [{ inboxPrefix: "uploads/mail/" }, "overlap"],
    [
      { uploadsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/aaaaaaaa-1111-4111-8111-111111111111" },
      "uploadsBucketName",
    ],
    [{ removalPolicy: "destroy", deletionProtection: "true" }, "deletionProtection"],
  ])("refuses the contradiction in %o", (context, sentence) => {
    expect(() => readStackOptions(context)).toThrow(sentence);
  });

  it("protects the table unless the stack is to leave nothing behind", () => {
    expect(readStackOptions({}).deletionProtection).toBe(true);
    expect(readStackOptions({ removalPolicy: "destroy" }).deletionProtection).toBe(false);
  });
});
