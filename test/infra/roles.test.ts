import { describe, expect, it } from "vitest";
import { FUNCTION_NAMES } from "../../infra/bundle-options.ts";
import { allows, synthStack } from "../support/synth-stack.ts";

const variants = {
  "by default": synthStack(),
  "with a KMS key and traces": synthStack({ encryption: "kms", tracing: true }),
  "with buckets and keys of others": synthStack({
    uploadsBucketName: "old-mail",
    uploadsKeyArn: "arn:aws:kms:eu-central-1:111122223333:key/aaaaaaaa-1111-4111-8111-111111111111",
    encryption: "arn:aws:kms:eu-central-1:111122223333:key/dddddddd-1111-4111-8111-111111111111",
    backfillPrefix: "mail/",
  }),
};
const stack = variants["by default"];
const [uploads] = stack.only("AWS::S3::Bucket", "BucketsUploads");
const [results] = stack.only("AWS::S3::Bucket", "BucketsResults");
const [table] = stack.only("AWS::DynamoDB::Table");
const uploaded = (key: string) => `<${uploads}.Arn>/${key}`;
const written = (key: string) => `<${results}.Arn>/${key}`;

const WRITES = ["s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:RestoreObject"];

describe.each(Object.entries(variants))("roles %s", (_, view) => {
  const roles = view.ofType("AWS::IAM::Role");
  const statements = roles.flatMap(([id]) => view.statementsOf(id));

  it("have no wildcard action", () => {
    expect(statements.length).toBeGreaterThan(20);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("reach all resources only where an action knows none", () => {
    const everywhere = statements.filter(({ Resource }) => Resource.includes("*")).flatMap(({ Action }) => Action);
    const services = new Set(everywhere.map((action) => action.split(":")[0]));
    expect([...services].filter((service) => service !== "logs" && service !== "xray")).toEqual([]);
    expect(everywhere.filter((action) => /PutLogEvents|GetLogEvents|DeleteLogGroup/.test(action))).toEqual([]);
  });

  it("take nothing from managed policies", () => {
    expect(roles.filter(([, { Properties }]) => Properties.ManagedPolicyArns !== undefined)).toEqual([]);
  });
});

describe("every function", () => {
  it.each(FUNCTION_NAMES)("%s writes its own log and no other", (name) => {
    const logs = stack.grantsOf(name).filter(({ Action }) => Action.includes("logs:PutLogEvents"));
    const [, { Properties }] = stack.functionOf(name);
    const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
    expect(logs.map(({ Resource }) => Resource)).toEqual([[`<${LogGroup.Ref}.Arn>`]]);
  });
});

describe("the converter", () => {
  const grants = stack.grantsOf("convert");

  it("reads archives of the drop folder and of the API", () => {
    expect(allows(grants, "s3:GetObject", uploaded("inbox/a.hu01"))).toBe(true);
    expect(allows(grants, "s3:GetObject", uploaded("uploads/1/a.hu01"))).toBe(true);
  });

  it.each(WRITES)("cannot %s in the uploads bucket", (action) => {
    for (const key of ["inbox/a", "uploads/1/a", "a"]) expect(allows(grants, action, uploaded(key))).toBe(false);
  });

  it("writes results", () => {
    expect(allows(grants, "s3:PutObject", written("1/mail/a.eml"))).toBe(true);
  });

  it("can tell an archive that is gone from one that it may not read", () => {
    expect(allows(grants, "s3:ListBucket", `<${uploads}.Arn>`)).toBe(true);
  });

  it("changes records of jobs but lists and removes none", () => {
    expect(allows(grants, "dynamodb:PutItem", `<${table}.Arn>`)).toBe(true);
    for (const action of ["dynamodb:Query", "dynamodb:Scan", "dynamodb:DeleteItem"]) {
      expect(allows(grants, action, `<${table}.Arn>`)).toBe(false);
      expect(allows(grants, action, `<${table}.Arn>/index/by-owner`)).toBe(false);
    }
  });

  it("sends events as this stack's source only", () => {
    const sending = grants.filter(({ Action }) => Action.includes("events:PutEvents"));
    expect(sending).toHaveLength(1);
    expect(sending[0]?.Condition).toEqual({ StringEquals: { "events:source": "hu01.archive" } });
  });

  it("may read only the drop folder, uploads and the prefix of backfills in a bucket of others", () => {
    const narrow = variants["with buckets and keys of others"].grantsOf("convert");
    const object = (key: string) => `arn:<AWS::Partition>:s3:::old-mail/${key}`;
    for (const key of ["inbox/a", "uploads/a", "mail/a"])
      expect(allows(narrow, "s3:GetObject", object(key))).toBe(true);
    expect(allows(narrow, "s3:GetObject", object("payroll/a"))).toBe(false);
  });

  it("uses keys through S3 only", () => {
    const keyed = variants["with buckets and keys of others"].grantsOf("convert");
    const uses = keyed.filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
    expect(uses.map(({ Resource }) => Resource[0]?.replace(/.*key\//, "").slice(0, 4)).sort()).toEqual([
      "aaaa",
      "dddd",
    ]);
    for (const { Condition } of uses) expect(JSON.stringify(Condition)).toContain("kms:ViaService");
  });
});

describe("the API", () => {
  const grants = stack.grantsOf("api");

  it.each(["inbox/a.hu01", "uploads/1/a.hu01", "a"])("cannot read the archive %s", (key) => {
    for (const action of ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTorrent"]) {
      expect(allows(grants, action, uploaded(key))).toBe(false);
    }
  });

  it("sees which archives jobs of the API have, and no others", () => {
    const listing = grants.filter(
      ({ Action, Resource }) => Action.includes("s3:ListBucket") && Resource.includes(`<${uploads}.Arn>`),
    );
    expect(listing.map(({ Condition }) => Condition)).toEqual([{ StringLike: { "s3:prefix": ["uploads/*"] } }]);
  });

  it("takes archives in where jobs of the API have theirs, and nowhere else", () => {
    expect(allows(grants, "s3:PutObject", uploaded("uploads/1/a.hu01"))).toBe(true);
    expect(allows(grants, "s3:PutObject", uploaded("inbox/a.hu01"))).toBe(false);
    for (const action of ["s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"]) {
      expect(allows(grants, action, uploaded("uploads/1/a.hu01"))).toBe(true);
      expect(allows(grants, action, uploaded("inbox/a.hu01"))).toBe(false);
    }
  });

  it("deletes archives for good where jobs have theirs, and results", () => {
    for (const key of ["inbox/a.hu01", "uploads/1/a.hu01"]) {
      expect(allows(grants, "s3:DeleteObjectVersion", uploaded(key))).toBe(true);
    }
    expect(allows(grants, "s3:DeleteObjectVersion", uploaded("a"))).toBe(false);
    expect(allows(grants, "s3:DeleteObject", written("1/mail/a.eml"))).toBe(true);
    const listing = grants.filter(({ Action }) => Action.includes("s3:ListBucketVersions"));
    expect(listing.map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
      [[`<${uploads}.Arn>`], { StringLike: { "s3:prefix": ["uploads/*", "inbox/*"] } }],
    ]);
  });

  it("serves results and writes none", () => {
    expect(allows(grants, "s3:GetObject", written("1/mail/a.eml"))).toBe(true);
    expect(allows(grants, "s3:PutObject", written("1/mail/a.eml"))).toBe(false);
  });

  it("lists the jobs of owners, and everybody's only where somebody may be an administrator", () => {
    const tokens = { jwtIssuer: "https://login.example", jwtAudience: "hu01" };
    const keepers = { adminArns: "arn:aws:iam::111122223333:role/keeper" };
    for (const context of [tokens, keepers]) {
      expect(allows(synthStack(context).grantsOf("api"), "dynamodb:Query", `<${table}.Arn>/index/by-status`)).toBe(
        true,
      );
    }
    expect(allows(grants, "dynamodb:Query", `<${table}.Arn>/index/by-owner`)).toBe(true);
    expect(allows(grants, "dynamodb:Query", `<${table}.Arn>/index/by-owner-and-status`)).toBe(true);
    expect(allows(grants, "dynamodb:Query", `<${table}.Arn>/index/by-status`)).toBe(false);
    expect(allows(grants, "dynamodb:Scan", `<${table}.Arn>`)).toBe(false);
  });

  it("starts backfills and looks at them, and cannot change the state machine", () => {
    const [machine] = stack.only("AWS::StepFunctions::StateMachine");
    expect(allows(grants, "states:StartExecution", `<${machine}>`)).toBe(true);
    const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machine}.Name>`;
    expect(allows(grants, "states:DescribeExecution", `${executions}:1`)).toBe(true);
    expect(allows(grants, "states:ListMapRuns", `${executions}:1`)).toBe(true);
    expect(allows(grants, "states:UpdateStateMachine", `<${machine}>`)).toBe(false);
  });
});

describe("sweep and backfill", () => {
  it.each(["sweep", "backfill"] as const)("%s changes no object", (name) => {
    for (const action of WRITES) {
      expect(allows(stack.grantsOf(name), action, uploaded("inbox/a"))).toBe(false);
      expect(allows(stack.grantsOf(name), action, written("1/a"))).toBe(false);
    }
  });

  it.each(["sweep", "backfill"] as const)("%s cannot read archives that a KMS key encrypts, nor results", (name) => {
    const actions = variants["with a KMS key and traces"].grantsOf(name).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.startsWith("kms:"))).toEqual([]);
    expect(allows(stack.grantsOf(name), "s3:GetObject", written("1/a"))).toBe(false);
  });

  it("only the sweep sees everybody's jobs", () => {
    expect(allows(stack.grantsOf("sweep"), "dynamodb:Query", `<${table}.Arn>/index/by-status`)).toBe(true);
    expect(
      stack
        .grantsOf("backfill")
        .flatMap(({ Action }) => Action)
        .join(),
    ).not.toContain("dynamodb");
  });

  it("the map of a backfill writes its results under a prefix of their own", () => {
    const [role] = stack.only("AWS::IAM::Role", "BackfillRole");
    expect(allows(stack.statementsOf(role), "s3:PutObject", written("backfills/1/manifest.json"))).toBe(true);
    expect(allows(stack.statementsOf(role), "s3:PutObject", written("1/mail/a.eml"))).toBe(false);
    expect(allows(stack.statementsOf(role), "s3:GetObject", written("1/mail/a.eml"))).toBe(false);
  });

  it("the listing of a backfill stays inside the prefix that it is given", () => {
    const view = variants["with buckets and keys of others"];
    const [role] = view.only("AWS::IAM::Role", "BackfillRole");
    const listing = view.statementsOf(role).filter(({ Action }) => Action.includes("s3:ListBucket"));
    expect(listing.map(({ Condition }) => Condition)).toEqual([{ StringLike: { "s3:prefix": "mail/*" } }]);
    expect(allows(view.statementsOf(role), "s3:GetObject", "arn:<AWS::Partition>:s3:::old-mail/mail/a")).toBe(false);
  });
});
