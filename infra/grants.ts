import { Aws, Stack } from "aws-cdk-lib";
import { type IPrincipal, Policy, PolicyStatement, type PolicyStatementProps, type Role } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** Leave to do some actions. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: NonNullable<PolicyStatementProps["conditions"]>;
  /** Why a resource has a wildcard; cdk-nag finds each that nobody gave a reason for. */
  readonly wildcardReason?: string;
}

/**
 * Allows a role just that, in a policy of its own. CDK's own grants allow whole families of actions
 * ("s3:GetObject*", "s3:List*").
 *
 * @param scope where the policy stands; inside of the role, what waits for the role waits for its policy too
 */
export function grant(role: Role, id: string, grants: readonly Grant[], scope: Construct = role): Policy {
  const policy = new Policy(scope, id, { roles: [role], statements: grants.map((given) => toStatement(given)) });
  for (const { resources, wildcardReason } of grants) {
    if (wildcardReason !== undefined) acknowledgeWildcards(policy, resources, wildcardReason);
  }
  return policy;
}

/** The grant as a statement of a policy; with a principal, of a policy of a resource. */
export function toStatement({ actions, resources, conditions }: Grant, principal?: IPrincipal): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
    ...(principal === undefined ? {} : { principals: [principal] }),
  });
}

function acknowledgeWildcards(construct: Construct, resources: readonly string[], reason: string): void {
  for (const resource of resources.map((token) => flatten(Stack.of(construct).resolve(token)))) {
    if (resource.includes("*")) acknowledge(construct, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
  }
}

/** A resource as cdk-nag names it: references in angle brackets. */
function flatten(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref, "Fn::GetAtt": attribute, "Fn::Join": join } = value as Record<string, unknown>;
  if (typeof Ref === "string") return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join(".")}>`;
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(flatten).join(String(join[0]));
  return JSON.stringify(value);
}

const OBJECTS = "Objects come and go; the prefix is as narrow as their keys allow.";

/** Reading objects under some prefixes, any version of them. Their facts (HEAD) cannot be had with less. */
export function readObjects(bucket: IBucket, prefixes: readonly string[]): Grant {
  return {
    actions: ["s3:GetObject", "s3:GetObjectVersion"],
    resources: objectsOf(bucket, prefixes),
    wildcardReason: OBJECTS,
  };
}

/** Listing a bucket. Without it S3 says of an object that is gone that access is denied. */
export function listBucket(bucket: IBucket): Grant {
  return { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] };
}

/** Listing what is under some prefixes of a bucket: keys, sizes and etags, which tell of objects without reading them. */
export function listObjects(bucket: IBucket, prefixes: readonly string[]): Grant {
  return { ...listBucket(bucket), conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } } };
}

/** Writing objects under some prefixes, in one piece or in parts. */
export function writeObjects(bucket: IBucket, prefixes: readonly string[]): Grant {
  return {
    actions: ["s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
    resources: objectsOf(bucket, prefixes),
    wildcardReason: OBJECTS,
  };
}

/** Deleting objects under some prefixes; in a bucket with versions that can be undone. */
export function deleteObjects(bucket: IBucket, prefixes: readonly string[]): Grant {
  return { actions: ["s3:DeleteObject"], resources: objectsOf(bucket, prefixes), wildcardReason: OBJECTS };
}

/** Deleting objects under some prefixes for good: every version of them, and no other. */
export function purgeObjects(bucket: IBucket, prefixes: readonly string[]): Grant[] {
  const conditions = { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } };
  return [
    {
      actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      resources: objectsOf(bucket, prefixes),
      wildcardReason: OBJECTS,
    },
    { actions: ["s3:ListBucketVersions"], resources: [bucket.bucketArn], conditions },
  ];
}

/** Using a bucket's key through S3, for what a role reads or writes there; nothing when S3 keeps the key. */
export function useKey(
  keyArn: string | undefined,
  ...actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[]
): Grant[] {
  if (keyArn === undefined) return [];
  const conditions = { StringEquals: { "kms:ViaService": `s3.${Aws.REGION}.amazonaws.com` } };
  return [{ actions, resources: [keyArn], conditions }];
}

function objectsOf(bucket: IBucket, prefixes: readonly string[]): string[] {
  return prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
}
