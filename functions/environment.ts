import * as z from "zod";

/** Environment variables as a process has them; the only place where they are read. */
type Variables = Readonly<Record<string, string | undefined>>;

const name = z.string().min(1);
const atLeastOne = z.coerce.number().int().min(1);

const common = {
  /** Says in each log line and metric which function speaks. */
  POWERTOOLS_SERVICE_NAME: name.default("hu01"),
  POWERTOOLS_METRICS_NAMESPACE: name.default("hu01"),
};

const converterSchema = z.object({
  ...common,
  UPLOADS_BUCKET: name,
  RESULTS_BUCKET: name,
  JOBS_TABLE: name,
  /** Where a conversion that needs another invocation says so. */
  UPLOADS_QUEUE_URL: z.url(),
  /** Where those are told of who want to know that a job has ended. */
  CALLBACKS_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: name,
  /** Whose jobs the drop folder's are. */
  STACK_OWNER: name,
  WRITE_CONCURRENCY: atLeastOne.max(256).default(32),
  /** How often a job is begun before a passing fault fails it. */
  MAX_ATTEMPTS: atLeastOne.max(100).default(5),
  /** Days after which the record of a job that has ended goes. */
  RETENTION_DAYS: atLeastOne.default(90),
});

const apiSchema = z.object({
  ...common,
  UPLOADS_BUCKET: name,
  RESULTS_BUCKET: name,
  JOBS_TABLE: name,
  /** Where the converter is asked for a job whose archive has been there before. */
  UPLOADS_QUEUE_URL: z.url(),
  STACK_OWNER: name,
  CALLBACKS_QUEUE_URL: z.url(),
  /** Whoever has a JWT with this scope sees everybody's jobs. */
  ADMIN_SCOPE: name.default("hu01/admin"),
  /** Whoever signs with the credentials of one of these does too; with commas between them. */
  ADMIN_ARNS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((arn) => arn !== "")),
  OWNER_REQUESTS_PER_MINUTE: atLeastOne.default(600),
  MAX_ACTIVE_JOBS: atLeastOne.max(1000).default(100),
  /** Absent where a stack is deployed without backfills. */
  BACKFILL_STATE_MACHINE_ARN: name.optional(),
  RETENTION_DAYS: atLeastOne.default(90),
});

const sweepSchema = z.object({
  ...common,
  UPLOADS_BUCKET: name,
  JOBS_TABLE: name,
  UPLOADS_QUEUE_URL: z.url(),
  CALLBACKS_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: name,
  MAX_ATTEMPTS: atLeastOne.max(100).default(5),
  RETENTION_DAYS: atLeastOne.default(90),
});

const commandSchema = z.object({
  /** What a service of another machine wants to be told; may stay out of the command line, which others can see. */
  HU01_TOKEN: name.optional(),
});

const backfillSchema = z.object({ ...common, UPLOADS_QUEUE_URL: z.url() });

const webhooksSchema = z.object({
  ...common,
  JOBS_TABLE: name,
  CALLBACKS_QUEUE_URL: z.url(),
  RETENTION_DAYS: atLeastOne.default(90),
});

export type ConverterEnvironment = z.infer<typeof converterSchema>;
export type ApiEnvironment = z.infer<typeof apiSchema>;
export type SweepEnvironment = z.infer<typeof sweepSchema>;
export type BackfillEnvironment = z.infer<typeof backfillSchema>;
export type WebhooksEnvironment = z.infer<typeof webhooksSchema>;
export type CommandEnvironment = z.infer<typeof commandSchema>;

/** What the converter is told. @throws ZodError that names what is missing */
export function readConverterEnvironment(variables: Variables = process.env): ConverterEnvironment {
  return converterSchema.parse(variables);
}

/** What the API is told. @throws ZodError */
export function readApiEnvironment(variables: Variables = process.env): ApiEnvironment {
  return apiSchema.parse(variables);
}

/** What the sweep is told. @throws ZodError */
export function readSweepEnvironment(variables: Variables = process.env): SweepEnvironment {
  return sweepSchema.parse(variables);
}

/** What the backfill is told. @throws ZodError */
export function readBackfillEnvironment(variables: Variables = process.env): BackfillEnvironment {
  return backfillSchema.parse(variables);
}

/** What the sender of callbacks is told. @throws ZodError */
export function readWebhooksEnvironment(variables: Variables = process.env): WebhooksEnvironment {
  return webhooksSchema.parse(variables);
}

/** What the `hu01` command is told. @throws ZodError */
export function readCommandEnvironment(variables: Variables = process.env): CommandEnvironment {
  return commandSchema.parse(variables);
}
