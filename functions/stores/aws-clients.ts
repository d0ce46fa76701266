import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/**
 * Tries of one request in all. S3 answers 503 SlowDown while it splits a busy prefix, DynamoDB throttles while a table
 * grows: with the SDK's pauses (up to half a second more each time, at random) these tries span some seconds. What
 * lasts longer ends the message, and the queue brings it back.
 */
const MAX_ATTEMPTS = 6;

/** Connections held open: more than the writes of one conversion at a time, so that none waits for a socket. */
const MAX_SOCKETS = 64;

const CONNECTION_TIMEOUT_MILLIS = 3_000;
/** A connection on which nothing comes for so long is given up; the request, or the rest of a body, is asked again. */
const IDLE_TIMEOUT_MILLIS = 20_000;

/** Where a client finds its service and by which right; all of it from the environment when absent, as AWS does. */
export type AwsClientOptions = Pick<S3ClientConfig, "credentials" | "region"> & {
  readonly endpoint?: string;
  /** Tries of one request; for tests of what happens when they are used up. */
  readonly maxAttempts?: number;
  /** For tests of a server that falls silent. */
  readonly idleTimeoutMillis?: number;
};

/**
 * An S3 client as this project needs it. Without `endpoint` the SDK looks at AWS_ENDPOINT_URL_S3, then takes AWS's
 * own; an endpoint that is an IP address is spoken to with the bucket in the path.
 */
export function createS3Client(options: AwsClientOptions = {}): S3Client {
  return new S3Client({
    ...commonConfig(options),
    // The store gives a SHA-256 with every write. The SDK's own CRC-32 beside it would cost time, turn bodies into a
    // framing that other S3 servers do not know, and spoil presigned uploads, whose body nobody has seen yet.
    requestChecksumCalculation: "WHEN_REQUIRED",
    // A read that was cut off goes on in the middle, where no checksum of the whole applies.
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** A DynamoDB client that takes and gives plain values. Without `endpoint`: AWS_ENDPOINT_URL_DYNAMODB, then AWS's own. */
export function createDynamoClient(options: AwsClientOptions = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(commonConfig(options)));
}

function commonConfig({
  endpoint,
  maxAttempts = MAX_ATTEMPTS,
  idleTimeoutMillis = IDLE_TIMEOUT_MILLIS,
  ...rest
}: AwsClientOptions) {
  return {
    ...rest,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts,
    // "adaptive" would also slow down requests for other tables and prefixes than the one that is throttled.
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MILLIS,
      socketTimeout: idleTimeoutMillis,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  };
}
