import { describe, expect, it } from "vitest";
import { flatten, type SynthesisedStack, synthStack, toStatements } from "../support/synth-stack.ts";

const stack = synthStack();
const keyed = synthStack({ encryption: "kms" });
const buckets = stack.ofType("AWS::S3::Bucket");
const propertiesOf = (view: SynthesisedStack, start: string) => view.only("AWS::S3::Bucket", start)[1].Properties;

interface LifecycleRule {
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number };
  readonly Status: string;
}
const rulesOf = (view: SynthesisedStack, start: string) =>
  (propertiesOf(view, start).LifecycleConfiguration as { Rules: LifecycleRule[] }).Rules;

/** What a policy denies to everybody when a connection is not encrypted. */
function deniesPlainText(document: unknown, service: "s3" | "sqs"): boolean {
  return toStatements(document).some(
    ({ Effect, Action, Condition, Principal }) =>
      Effect === "Deny" &&
      JSON.stringify(Principal) === '{"AWS":"*"}' &&
      Action.join() === `${service}:*` &&
      Condition?.Bool?.["aws:SecureTransport"] === "false",
  );
}

describe("nothing but TLS", () => {
  it.each(buckets)("reaches the bucket %s", (id) => {
    const policies = stack.ofType("AWS::S3::BucketPolicy").map(([, { Properties }]) => Properties);
    const own = policies.filter(({ Bucket }) => flatten(Bucket) === `<${id}>`);
    expect(own).toHaveLength(1);
    expect(deniesPlainText(own[0]?.PolicyDocument, "s3")).toBe(true);
    const oldVersions = toStatements(own[0]?.PolicyDocument).filter(({ Condition }) => Condition?.NumericLessThan);
    expect(oldVersions.map(({ Condition }) => Condition)).toEqual([{ NumericLessThan: { "s3:TlsVersion": 1.2 } }]);
    // Denied are the bucket itself and everything in it.
    for (const { Resource } of oldVersions) expect([...Resource].sort()).toEqual([`<${id}.Arn>`, `<${id}.Arn>/*`]);
  });

  it.each(stack.ofType("AWS::SQS::Queue"))("reaches the queue %s", (id) => {
    const policies = stack.ofType("AWS::SQS::QueuePolicy").map(([, { Properties }]) => Properties);
    const own = policies.filter(({ Queues }) => flatten((Queues as unknown[])[0]) === `<${id}>`);
    expect(own.some(({ PolicyDocument }) => deniesPlainText(PolicyDocument, "sqs"))).toBe(true);
  });
});

describe("every bucket", () => {
  it("is there: archives, results, access logs", () => {
    expect(buckets).toHaveLength(3);
  });

  it.each(buckets)("%s is closed to the public and to other owners", (_, { Properties }) => {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] });
    expect(Properties.AccessControl).toBeUndefined();
  });

  it.each(buckets)("%s is encrypted and throws unfinished uploads away", (id, { Properties }) => {
    expect(JSON.stringify(Properties.BucketEncryption)).toContain("AES256");
    const aborts = rulesOf(stack, id).flatMap((rule) => rule.AbortIncompleteMultipartUpload ?? []);
    expect(aborts).toEqual([{ DaysAfterInitiation: 7 }]);
  });

  it("lets no web page in unless its origin is named", () => {
    expect(buckets.filter(([, { Properties }]) => Properties.CorsConfiguration !== undefined)).toEqual([]);
    const open = synthStack({ allowOrigins: "https://a.example" });
    const rules = JSON.stringify(propertiesOf(open, "BucketsUploads").CorsConfiguration);
    expect(rules).toContain('"AllowedOrigins":["https://a.example"]');
    expect(rules).toContain('"AllowedMethods":["PUT"]');
  });

  it("is kept when the stack goes, unless that is wanted otherwise", () => {
    const policies = (view: SynthesisedStack) =>
      [...view.ofType("AWS::S3::Bucket"), ...view.ofType("AWS::DynamoDB::Table")].map(([, one]) => one.DeletionPolicy);
    expect(new Set(policies(stack))).toEqual(new Set(["Retain"]));
    expect(new Set(policies(synthStack({ removalPolicy: "destroy" })))).toEqual(new Set(["Delete"]));
  });
});

describe("archives and results", () => {
  it.each(["BucketsUploads", "BucketsResults"])(
    "in %s are encrypted with the stack's KMS key by one option",
    (start) => {
      const [keyId, key] = keyed.only("AWS::KMS::Key");
      const [rule] = (propertiesOf(keyed, start).BucketEncryption as { ServerSideEncryptionConfiguration: unknown[] })
        .ServerSideEncryptionConfiguration;
      expect(rule).toEqual({
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { KMSMasterKeyID: { "Fn::GetAtt": [keyId, "Arn"] }, SSEAlgorithm: "aws:kms" },
      });
      expect(key.Properties.EnableKeyRotation).toBe(true);
    },
  );

  it.each(["BucketsUploads", "BucketsResults"])("in %s: who asks for them stands in the access log", (start) => {
    const [logsId] = stack.only("AWS::S3::Bucket", "BucketsAccessLogs");
    expect(propertiesOf(stack, start).LoggingConfiguration).toMatchObject({ DestinationBucketName: { Ref: logsId } });
  });

  it("archives that were replaced can be brought back for a week, then go", () => {
    expect(propertiesOf(stack, "BucketsUploads").VersioningConfiguration).toEqual({ Status: "Enabled" });
    const [rule] = rulesOf(stack, "BucketsUploads");
    expect(rule?.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 7 });
  });

  it("are kept for ever, or for as many days as are wanted", () => {
    const days = (view: SynthesisedStack, start: string) =>
      rulesOf(view, start).flatMap((rule) => rule.ExpirationInDays ?? []);
    const short = synthStack({ archiveDays: 30, resultDays: "7" });
    expect([days(stack, "BucketsUploads"), days(stack, "BucketsResults")]).toEqual([[], []]);
    expect([days(short, "BucketsUploads"), days(short, "BucketsResults")]).toEqual([[30], [7]]);
  });
});

describe("the job table", () => {
  const [, table] = stack.only("AWS::DynamoDB::Table");

  it("costs nothing at rest, can be put back to any second, and is not deleted by accident", () => {
    expect(table.Properties.BillingMode).toBe("PAY_PER_REQUEST");
    expect(table.Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
  });
});
