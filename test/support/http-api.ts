import type { LambdaProcess } from "./lambda-process.ts";

/** What API Gateway answers with. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  json(): unknown;
}

export interface HttpCall {
  readonly method?: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** What the authoriser found out; by default a role that somebody has assumed. */
  readonly authorizer?: object;
}

/** The authoriser's word for whoever signed with a role's credentials. */
export const signedBy = (role: string, session = "session-1") => ({
  iam: {
    accessKey: "ASIAEXAMPLE",
    accountId: "123456789012",
    callerId: `AROAEXAMPLE:${session}`,
    principalOrgId: "aws:PrincipalOrgID",
    userArn: `arn:aws:sts::123456789012:assumed-role/${role}/${session}`,
    userId: `AROAEXAMPLE:${session}`,
  },
});

/** Asks a function as an HTTP API of API Gateway does, by payload format 2.0. */
export async function callHttpApi(lambda: LambdaProcess, call: HttpCall): Promise<HttpAnswer> {
  const { headers, body, statusCode, isBase64Encoded } = (await lambda.invoke(toEvent(call))) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
    isBase64Encoded: boolean;
  };
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  return { statusCode, headers, body: bytes, json: () => JSON.parse(bytes.toString()) };
}

function toEvent({ method = "GET", path, headers = {}, body, authorizer = signedBy("archivist") }: HttpCall): object {
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  const http = { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl/8" };
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: { host: "api.example", ...headers },
    requestContext: { accountId: "123456789012", authorizer, domainName: "api.example", http, stage: "$default" },
    ...(body === undefined ? {} : { body: Buffer.from(body).toString("base64") }),
    isBase64Encoded: body !== undefined,
  };
}
