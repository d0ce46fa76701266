import { Duration, Stack } from "aws-cdk-lib";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CorsRule,
  HttpMethods,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { toRemovalPolicy } from "./node-function.ts";
import type { StackOptions } from "./stack-options.ts";

/** An upload in parts that nobody has gone on with for so long is thrown away; its parts cost as much as objects. */
const UNFINISHED_UPLOAD = Duration.days(7);

/** Where archives come in, where results go to, and where S3 says who asked for them. */
export class Buckets extends Construct {
  /** The bucket of the stack, or one that was there before. */
  readonly uploads: IBucket;
  readonly results: Bucket;
  /** The key that archives are encrypted with, when it is not S3's. */
  readonly uploadsKeyArn: string | undefined;
  /** The key that results are encrypted with, when it is not S3's. */
  readonly resultsKeyArn: string | undefined;
  /** The uploads bucket when it belongs to the stack. */
  readonly ownUploads: Bucket | null;

  constructor(scope: Construct, id: string, options: StackOptions) {
    super(scope, id);
    const key = this.#findKey(options);
    const common = { ...closedToThePublic(options), ...encryptedWith(key) };
    const accessLogs = new Bucket(this, "AccessLogs", {
      ...closedToThePublic(options),
      // S3 delivers its logs to no bucket that is encrypted with a KMS key.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ ...cleaning(), expiration: Duration.days(options.accessLogDays) }],
    });
    this.results = new Bucket(this, "Results", {
      ...common,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: "results/",
      lifecycleRules: [{ ...cleaning(), ...expiring(options.resultDays) }],
      cors: corsOf(options, [HttpMethods.GET, HttpMethods.HEAD]),
    });
    this.ownUploads =
      options.uploadsBucketName === null
        ? new Bucket(this, "Uploads", {
            ...common,
            // What somebody puts over an archive, or deletes, can be brought back; and a job reads the version it was made for.
            versioned: true,
            serverAccessLogsBucket: accessLogs,
            serverAccessLogsPrefix: "uploads/",
            lifecycleRules: archiveRules(options),
            cors: corsOf(options, [HttpMethods.PUT]),
          })
        : null;
    this.uploads = this.ownUploads ?? Bucket.fromBucketName(this, "Imported", options.uploadsBucketName ?? "");
    this.resultsKeyArn = key?.keyArn;
    this.uploadsKeyArn = this.ownUploads === null ? (options.uploadsKeyArn ?? undefined) : key?.keyArn;
  }

  #findKey({ encryption, removalPolicy }: StackOptions): IKey | undefined {
    if (encryption === "s3") return undefined;
    if (encryption !== "kms") return Key.fromKeyArn(this, "Key", encryption);
    return new Key(this, "Key", {
      description: `Archives and results of ${Stack.of(this).stackName}`,
      enableKeyRotation: true,
      removalPolicy: toRemovalPolicy(removalPolicy),
    });
  }
}

function closedToThePublic({ removalPolicy }: StackOptions): BucketProps {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: toRemovalPolicy(removalPolicy),
  };
}

function encryptedWith(key: IKey | undefined): BucketProps {
  if (key === undefined) return { encryption: BucketEncryption.S3_MANAGED };
  // A bucket key makes one request to KMS do for many objects: 50 000 files would be as many requests.
  return { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true };
}

function archiveRules({ archiveDays, replacedDays }: StackOptions): LifecycleRule[] {
  const noncurrentVersionExpiration = Duration.days(replacedDays);
  // The marks that deleted objects leave: S3 takes them away by a rule of their own only.
  const marks = { expiredObjectDeleteMarker: true };
  return [{ ...cleaning(), noncurrentVersionExpiration, ...expiring(archiveDays) }, marks];
}

function cleaning(): LifecycleRule {
  return { abortIncompleteMultipartUploadAfter: UNFINISHED_UPLOAD };
}

function expiring(days: number): LifecycleRule {
  return days > 0 ? { expiration: Duration.days(days) } : {};
}

function corsOf({ allowOrigins }: StackOptions, allowedMethods: HttpMethods[]): CorsRule[] {
  if (allowOrigins.length === 0) return [];
  return [{ allowedOrigins: [...allowOrigins], allowedMethods, allowedHeaders: ["*"], exposedHeaders: ["ETag"] }];
}
