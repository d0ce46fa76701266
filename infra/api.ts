import { Duration } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { Construct } from "constructs";
import type { Backfill } from "./backfill.ts";
import type { Buckets } from "./buckets.ts";
import { deleteObjects, listBucket, listObjects, purgeObjects, readObjects, useKey, writeObjects } from "./grants.ts";
import type { JobsTable } from "./jobs-table.ts";
import { createLogGroup, createNodeFunction } from "./node-function.ts";
import { type StackOptions, UPLOADS_PREFIX } from "./stack-options.ts";
import type { UploadsQueue } from "./uploads-queue.ts";
import type { Webhooks } from "./webhooks.ts";

export interface ApiProps {
  readonly options: StackOptions;
  readonly buckets: Buckets;
  readonly jobs: JobsTable;
  readonly uploads: UploadsQueue;
  readonly backfill: Backfill;
  readonly webhooks: Webhooks;
}

/** API Gateway gives up after 30 s; the function does a second earlier, so that the caller gets a reason. */
const TIMEOUT = Duration.seconds(29);

/** The REST API: one function behind an HTTP API that lets nobody in who cannot say who he is. */
export class Api extends Construct {
  readonly function: NodejsFunction;
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { options } = props;
    this.function = this.#createFunction(props);
    this.api = new HttpApi(this, "Http", {
      description: "Jobs, their files, and backfills",
      createDefaultStage: false,
      ...corsOf(options),
    });
    const integration = new HttpLambdaIntegration("Integration", this.function);
    const authorizer = authorizerOf(options);
    for (const path of ["/", "/{proxy+}"]) {
      this.api.addRoutes({ path, methods: methodsOf(options), integration, authorizer });
    }
    this.url = this.#createStage(options).url;
  }

  #createFunction({ options, buckets, jobs, uploads, backfill, webhooks }: ApiProps): NodejsFunction {
    return createNodeFunction(this, "Function", {
      options,
      name: "api",
      description: "Answers the requests of the API",
      memoryMb: options.apiMemoryMb,
      timeout: TIMEOUT,
      environment: {
        UPLOADS_BUCKET: buckets.uploads.bucketName,
        RESULTS_BUCKET: buckets.results.bucketName,
        JOBS_TABLE: jobs.table.tableName,
        UPLOADS_QUEUE_URL: uploads.queue.queueUrl,
        STACK_OWNER: options.owner,
        CALLBACKS_QUEUE_URL: webhooks.queue.queueUrl,
        ADMIN_SCOPE: options.adminScope,
        ...(options.adminArns.length === 0 ? {} : { ADMIN_ARNS: options.adminArns.join(",") }),
        OWNER_REQUESTS_PER_MINUTE: String(options.ownerRequestsPerMinute),
        MAX_ACTIVE_JOBS: String(options.maxActiveJobs),
        BACKFILL_STATE_MACHINE_ARN: backfill.stateMachine.stateMachineArn,
        RETENTION_DAYS: String(options.recordDays),
      },
      allowed: [
        jobs.records,
        jobs.removal,
        jobs.lists("by-owner", "by-owner-and-status", ...(hasAdministrators(options) ? ["by-status"] : [])),
        // It puts archives in and takes them out, but cannot read any. Its links can do no more than it.
        writeObjects(buckets.uploads, [UPLOADS_PREFIX]),
        listObjects(buckets.uploads, [UPLOADS_PREFIX]),
        ...purgeObjects(buckets.uploads, [UPLOADS_PREFIX, options.inboxPrefix]),
        // S3 decrypts the parts of an upload when it joins them.
        ...useKey(buckets.uploadsKeyArn, "kms:GenerateDataKey", "kms:Decrypt"),
        readObjects(buckets.results, [""]),
        listBucket(buckets.results),
        deleteObjects(buckets.results, [""]),
        ...useKey(buckets.resultsKeyArn, "kms:Decrypt"),
        uploads.sending,
        ...backfill.starting,
        // A job that waits ends here when it is canceled.
        webhooks.sending,
      ],
    });
  }

  #createStage(options: StackOptions): HttpStage {
    const logGroup = createLogGroup(this, "AccessLog", options);
    return new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: options.apiRequestsPerSecond, burstLimit: options.apiBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}

/** Somebody may be one who sees everybody's jobs. */
function hasAdministrators({ jwtIssuer, adminArns }: StackOptions): boolean {
  return jwtIssuer !== null || adminArns.length > 0;
}

/** Neither path nor address: paths of files are made of subjects. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  millis: "$context.responseLatency",
  integrationStatus: "$context.integrationStatus",
  error: "$context.error.responseType",
  integrationError: "$context.integrationErrorMessage",
};

function authorizerOf({ jwtIssuer, jwtAudience }: StackOptions): IHttpRouteAuthorizer {
  if (jwtIssuer === null) return new HttpIamAuthorizer();
  return new HttpJwtAuthorizer("Jwt", jwtIssuer, { jwtAudience: [...jwtAudience] });
}

/** Where pages may call, the gateway itself answers their OPTIONS, which no browser signs. */
function methodsOf({ allowOrigins }: StackOptions): HttpMethod[] {
  if (allowOrigins.length === 0) return [HttpMethod.ANY];
  return [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE];
}

function corsOf({ allowOrigins }: StackOptions): { corsPreflight?: CorsPreflightOptions } {
  if (allowOrigins.length === 0) return {};
  return {
    corsPreflight: {
      allowOrigins: [...allowOrigins],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.HEAD, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
      allowHeaders: [
        "authorization",
        "content-type",
        "content-disposition",
        "idempotency-key",
        "if-none-match",
        "range",
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-security-token",
      ],
      exposeHeaders: [
        "etag",
        "idempotency-replayed",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
      ],
      maxAge: Duration.hours(1),
    },
  };
}
