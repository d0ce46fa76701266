import { flag, list, oneOf, optionalText, text, UnfitValue, whole } from "./option-kinds.ts";

/** Where options come from: `cdk.json` ("context") or `npx cdk deploy -c key=value`, where every value is text. */
export type Context = Readonly<Record<string, unknown>>;

/** Where the API puts archives, each under the id of its job. */
export const UPLOADS_PREFIX = "uploads/";

const PREFIX = /^[A-Za-z0-9!_.'()/-]{0,200}$/;
const KEY_ARN =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** What CloudWatch Logs takes. */
const LOG_DAYS = ["1", "3", "5", "7", "14", "30", "60", "90", "120", "180", "365", "400", "545", "731", "1827", "3653"];
/** 0 is for ever. */
const DAYS = { min: 0, max: 36_500 };

/** Every option of the stack, by its context key. */
export const STACK_OPTIONS = {
  stackName: text(
    /^[A-Za-z][A-Za-z0-9-]{0,99}$/,
    "letters, digits and hyphens",
    "hu01-archive",
    "Name of the stack; names of alarms and metrics begin with it",
  ),
  owner: text(
    /^[\x21-\x7e]{1,128}$/,
    "1 to 128 printable characters",
    "stack",
    "Whose jobs those of the drop folder and of backfills are",
  ),

  uploadsBucketName: optionalText(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "the name of a bucket",
    "Use this bucket of yours for archives instead of a new one; it has to send its events to EventBridge",
  ),
  uploadsKeyArn: optionalText(
    KEY_ARN,
    "the ARN of a KMS key",
    "The key that the objects of this bucket of yours are encrypted with, if there is one",
  ),
  inboxPrefix: text(
    PREFIX,
    "letters, digits and !_.'()/-",
    "inbox/",
    "Drop folder: what is created under this prefix is converted",
  ),
  backfillPrefix: text(
    PREFIX,
    "letters, digits and !_.'()/-",
    "",
    "Backfills, and so the converter, may read only what is under it",
  ),

  encryption: text(
    new RegExp(`^(s3|kms)$|${KEY_ARN.source}`),
    "s3, kms or the ARN of a KMS key",
    "s3",
    "Of both buckets: with S3's keys, with a new KMS key, or with a KMS key of yours",
  ),
  removalPolicy: oneOf(
    ["retain", "destroy"],
    "retain",
    "What `cdk destroy` does with buckets, table and logs; only empty buckets can go",
  ),
  deletionProtection: flag(true, "Keep anybody from deleting the job table; off when removalPolicy is destroy"),
  archiveDays: whole(DAYS, 0, "Days after which archives are deleted; 0 never"),
  resultDays: whole(DAYS, 0, "Days after which results are deleted; 0 never"),
  replacedDays: whole({ min: 1, max: 36_500 }, 7, "Days for which a replaced or deleted archive can be brought back"),
  recordDays: whole({ min: 1, max: 3650 }, 90, "Days for which the record of a job that has ended is kept"),
  accessLogDays: whole({ min: 1, max: 3650 }, 90, "Days for which S3 access logs are kept; they name keys"),
  logDays: oneOf(LOG_DAYS, "30", "Days for which the logs of functions and API are kept"),

  converterMemoryMb: whole(
    { min: 512, max: 10_240 },
    1769,
    "1 769 MB is one whole vCPU; from two on, large archives are decoded by several threads",
  ),
  converterTimeoutSeconds: whole(
    { min: 60, max: 900 },
    900,
    "One slice of a conversion; longer work goes on in the next invocation",
  ),
  converterConcurrency: whole(
    { min: 2, max: 1000 },
    20,
    "Conversions at a time; leaves the rest of the account's concurrency alone",
  ),
  batchSize: whole(
    { min: 1, max: 10 },
    1,
    "Archives per invocation: 1, so that a long one makes none wait; 10 is cheaper for many small ones",
  ),
  writeConcurrency: whole(
    { min: 1, max: 256 },
    32,
    "Files written at a time by one conversion; at 30 ms each that is about 1 000 a second",
  ),
  maxAttempts: whole({ min: 1, max: 100 }, 5, "How often a job is begun before a passing fault fails it"),
  maxReceives: whole(
    { min: 1, max: 1000 },
    5,
    "How often a message is delivered before it goes to the dead-letter queue",
  ),

  apiMemoryMb: whole({ min: 256, max: 10_240 }, 1024, "Memory of the API's function"),
  apiRequestsPerSecond: whole({ min: 1, max: 10_000 }, 200, "Requests a second, above which the API answers 429"),
  apiBurst: whole({ min: 1, max: 5000 }, 400, "Requests at once, above which the API answers 429"),
  jwtIssuer: optionalText(
    /^https:\/\/\S{1,500}$/,
    "an https address",
    "Take JSON Web Tokens of this issuer instead of requests signed with IAM credentials",
  ),
  jwtAudience: list(/^[^\s,]{1,200}$/, "the name of an audience", "The audiences that such a token may be for"),
  adminScope: text(
    /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/,
    "a scope (RFC 6749), without spaces",
    "hu01/admin",
    "Who has a token with this scope sees the jobs of all owners",
  ),
  adminArns: list(
    /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=.@/-]{1,600}$/,
    "the ARN of an IAM user or role",
    "Who signs with the credentials of one of these sees the jobs of all owners; nobody by default",
  ),
  ownerRequestsPerMinute: whole(
    { min: 1, max: 1_000_000 },
    600,
    "Requests of one owner in a minute, above which the API answers 429; each of its processes counts for itself",
  ),
  maxActiveJobs: whole(
    { min: 1, max: 1000 },
    100,
    "Jobs of one owner that may wait or run at a time, above which the API makes no more and answers 429",
  ),
  allowOrigins: list(
    /^https?:\/\/[^\s,/*]{1,253}$/,
    "an origin such as https://example.com",
    "Web sites whose pages may call the API; none by default",
  ),

  eventBusName: optionalText(
    /^[A-Za-z0-9._/-]{1,256}$/,
    "the name of an event bus",
    "Send events to this bus (`default` is one) instead of a new one",
  ),
  alarmEmail: optionalText(
    /^[^\s@]{1,64}@[^\s@]{1,255}$/,
    "an e-mail address",
    "Who is told of alarms; has to confirm by mail",
  ),
  alarmTopicArn: optionalText(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/,
    "the ARN of an SNS topic",
    "The topic that is told of alarms",
  ),
  queueAgeAlarmMinutes: whole({ min: 1, max: 20_160 }, 60, "Alarm when an archive has waited for so long"),
  tracing: flag(false, "X-Ray traces of functions and backfills"),

  sweepMinutes: whole(
    { min: 1, max: 1440 },
    5,
    "Minutes between two sweeps for jobs whose worker is dead and events that were lost",
  ),
  backfillConcurrency: whole({ min: 1, max: 1000 }, 10, "Batches that a backfill announces at a time"),
  backfillBatchSize: whole({ min: 1, max: 1000 }, 100, "Objects per batch"),
} as const;

export type StackOptions = {
  readonly [Key in keyof typeof STACK_OPTIONS]: ReturnType<(typeof STACK_OPTIONS)[Key]["parse"]>;
};

/** Contexts hold settings of the CDK too; theirs have other characters in them. */
const OWN_KEY = /^[a-z][A-Za-z]*$/;

/**
 * The options of a stack.
 *
 * @throws Error that names the context key for a value that does not fit, for a key that no option has (a misspelt
 *   `jwtIssuer` must not leave the stack without it), and for options that contradict each other
 */
export function readStackOptions(context: Context): StackOptions {
  const strangers = Object.keys(context).filter((key) => OWN_KEY.test(key) && !Object.hasOwn(STACK_OPTIONS, key));
  if (strangers.length > 0) throw new Error(`The stack has no option ${strangers.join(", ")}; see the README.`);
  const read = Object.entries(STACK_OPTIONS).map(([key, option]) => [key, readOption(key, option, context[key])]);
  const options = Object.fromEntries(read) as StackOptions;
  refuseContradictions(options, context);
  return context.removalPolicy === "destroy" ? { ...options, deletionProtection: false } : options;
}

function readOption(key: string, { parse, fallback }: (typeof STACK_OPTIONS)[keyof StackOptions], value: unknown) {
  if (value === undefined || value === null) return fallback;
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    throw new Error(`The context key ${key} is ${JSON.stringify(value)}, but has to be ${error.message}.`);
  }
}

function refuseContradictions(options: StackOptions, context: Context): void {
  const { jwtIssuer, jwtAudience, adminArns, inboxPrefix, uploadsBucketName, uploadsKeyArn, removalPolicy } = options;
  const faults: (readonly [boolean, string])[] = [
    [(jwtIssuer === null) !== (jwtAudience.length === 0), "jwtIssuer and jwtAudience go together"],
    [
      jwtIssuer !== null && adminArns.length > 0,
      "adminArns is for IAM credentials; with jwtIssuer, adminScope says who administers",
    ],
    [!/^[^/].*\/$/.test(inboxPrefix), "inboxPrefix has to end with a slash and not to begin with one"],
    [overlap(inboxPrefix, UPLOADS_PREFIX), `inboxPrefix and ${UPLOADS_PREFIX}, where the API's uploads are, overlap`],
    [uploadsKeyArn !== null && uploadsBucketName === null, "uploadsKeyArn is for a bucket named by uploadsBucketName"],
    [
      removalPolicy === "destroy" && String(context.deletionProtection) === "true",
      "deletionProtection keeps the table from being destroyed, as removalPolicy wants it",
    ],
  ];
  const found = faults.filter(([isFault]) => isFault).map(([, sentence]) => sentence);
  if (found.length > 0) throw new Error(`The context contradicts itself: ${found.join("; ")}.`);
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
