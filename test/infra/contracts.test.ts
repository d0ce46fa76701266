import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import {
  readApiEnvironment,
  readBackfillEnvironment,
  readConverterEnvironment,
  readSweepEnvironment,
  readWebhooksEnvironment,
} from "../../functions/environment.ts";
import { JOBS_TABLE } from "../../functions/stores/jobs-table-schema.ts";
import { createBackfillDefinition } from "../../infra/backfill-definition.ts";
import type { FunctionName } from "../../infra/bundle-options.ts";
import { flatten, synthStack } from "../support/synth-stack.ts";

const stack = synthStack();

describe("the environment of a function", () => {
  // With what only some stacks have.
  const complete = synthStack({ adminArns: "arn:aws:iam::111122223333:role/keeper" });
  const [queueId] = stack.only("AWS::SQS::Queue", "UploadsQueue");
  const [callbacksId] = stack.only("AWS::SQS::Queue", "WebhooksQueue");
  const readers: [FunctionName, (variables: Record<string, string>) => object][] = [
    ["convert", readConverterEnvironment],
    ["api", readApiEnvironment],
    ["sweep", readSweepEnvironment],
    ["backfill", readBackfillEnvironment],
    ["webhooks", readWebhooksEnvironment],
  ];

  it.each(readers)("%s has just the variables that it reads, and fit ones", (name, read) => {
    const { Environment } = complete.functionOf(name)[1].Properties;
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    const url = "https://sqs.eu-central-1.amazonaws.com/111122223333/queue";
    const variables = Object.entries(Variables).map(([key, value]) => [
      key,
      flatten(value).replace(`<${queueId}>`, url).replace(`<${callbacksId}>`, url),
    ]);
    expect(Object.keys(read(Object.fromEntries(variables))).sort()).toEqual(Object.keys(Variables).sort());
  });
});

describe("the job table", () => {
  const [, { Properties }] = stack.only("AWS::DynamoDB::Table");
  const keys = (partitionKey: string, sortKey?: string) => [
    { AttributeName: partitionKey, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" }]),
  ];

  it("is the one that the job store relies on", () => {
    expect(Properties.KeySchema).toEqual(keys(JOBS_TABLE.partitionKey));
    const indexes = Object.values(JOBS_TABLE.indexes).map(({ name, partitionKey, sortKey }) => ({
      IndexName: name,
      KeySchema: keys(partitionKey, sortKey),
      Projection: { ProjectionType: JOBS_TABLE.projection },
    }));
    expect(Properties.GlobalSecondaryIndexes).toEqual(indexes);
    const types = (Properties.AttributeDefinitions as { AttributeName: string; AttributeType: string }[]).map(
      ({ AttributeName, AttributeType }) => [AttributeName, AttributeType],
    );
    expect(Object.fromEntries(types)).toEqual(JOBS_TABLE.keyTypes);
    expect(Properties.BillingMode).toBe(JOBS_TABLE.billing);
    expect(Properties.TimeToLiveSpecification).toEqual({
      AttributeName: JOBS_TABLE.timeToLiveAttribute,
      Enabled: true,
    });
  });
});

describe("the state machine of backfills", () => {
  const [, machine] = stack.only("AWS::StepFunctions::StateMachine");
  const text = flatten(machine.Properties.DefinitionString)
    .replaceAll("<AWS::Partition>", "aws")
    .replace(/<Backfill[^>]*\.Arn>/g, "arn:aws:lambda:eu-central-1:111122223333:function:announce");
  const map = JSON.parse(text).States["Each object"];

  it("passes the validator of its language", () => {
    const { isValid, errors } = aslValidator(JSON.parse(text), { checkPaths: true, checkArn: true });
    expect([isValid, errors]).toEqual([true, []]);
  });

  it("would not pass it with a state that nobody defined", () => {
    expect(aslValidator({ ...JSON.parse(text), StartAt: "Nowhere" }).isValid).toBe(false);
  });

  it("lists the prefix that the execution asks for, in the stack's bucket", () => {
    const [uploads] = stack.only("AWS::S3::Bucket", "BucketsUploads");
    expect(map.ItemReader).toEqual({
      Resource: "arn:aws:states:::s3:listObjectsV2",
      Arguments: { Bucket: `<${uploads}>`, Prefix: "{% $states.input.prefix %}" },
    });
  });

  it("hands every filter on to the function, with batches as large as wanted", () => {
    expect(map.ItemBatcher.MaxItemsPerBatch).toBe(100);
    expect(Object.keys(map.ItemBatcher.BatchInput).sort()).toEqual(
      ["bucket", "maxBytes", "minBytes", "since", "suffix", "until"].sort(),
    );
    expect(map.ItemBatcher.BatchInput.since).toBe("{% $exists($states.input.since) ? $states.input.since : null %}");
  });

  it("tolerates as many failures as the execution says, and writes down what became of each batch", () => {
    expect(map.ToleratedFailurePercentage).toContain("$states.input.toleratedFailurePercentage");
    const [results] = stack.only("AWS::S3::Bucket", "BucketsResults");
    expect(map.ResultWriter.Arguments).toEqual({ Bucket: `<${results}>`, Prefix: "backfills" });
    expect(map.MaxConcurrency).toBe(10);
  });

  it("logs that something happens, but never with which keys", () => {
    expect(machine.Properties.LoggingConfiguration).toMatchObject({ Level: "ALL", IncludeExecutionData: false });
  });

  it("is of one piece with the options of the stack", () => {
    const props = { partition: "aws", functionArn: "arn", uploadsBucket: "in", resultsBucket: "out" };
    const definition = JSON.stringify(createBackfillDefinition({ ...props, maxConcurrency: 3, batchSize: 7 }));
    expect(definition).toContain('"MaxConcurrency":3');
    expect(definition).toContain('"MaxItemsPerBatch":7');
  });
});

describe("the API", () => {
  const routesOf = (view: typeof stack) =>
    view.ofType("AWS::ApiGatewayV2::Route").map(([, { Properties }]) => Properties);

  it("lets nobody in who has not signed with IAM credentials", () => {
    const routes = routesOf(stack);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(["ANY /", "ANY /{proxy+}"]);
    for (const { AuthorizationType } of routes) expect(AuthorizationType).toBe("AWS_IAM");
    expect(stack.ofType("AWS::ApiGatewayV2::Authorizer")).toEqual([]);
  });

  it("takes JSON Web Tokens of one issuer for some audiences instead", () => {
    const view = synthStack({ jwtIssuer: "https://login.example", jwtAudience: "mail,archive" });
    for (const { AuthorizationType } of routesOf(view)) expect(AuthorizationType).toBe("JWT");
    expect(view.only("AWS::ApiGatewayV2::Authorizer")[1].Properties.JwtConfiguration).toEqual({
      Audience: ["mail", "archive"],
      Issuer: "https://login.example",
    });
  });

  it("answers no other web site's pages unless told so", () => {
    expect(stack.only("AWS::ApiGatewayV2::Api")[1].Properties.CorsConfiguration).toBeUndefined();
    const open = synthStack({ allowOrigins: "https://a.example" });
    expect(open.only("AWS::ApiGatewayV2::Api")[1].Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: ["https://a.example"],
    });
    for (const { RouteKey, AuthorizationType } of routesOf(open)) {
      expect(RouteKey).not.toMatch(/^(ANY|OPTIONS) /);
      expect(AuthorizationType).toBe("AWS_IAM");
    }
  });

  it("slows down who asks too much, and logs requests without path, query, address and caller", () => {
    const [, { Properties }] = stack.only("AWS::ApiGatewayV2::Stage");
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 });
    const { Format } = Properties.AccessLogSettings as { Format: string };
    expect(Format).toContain("$context.requestId");
    expect(Format).not.toMatch(/\$context\.(path|identity|authorizer|domainName|requestOverride)|queryString/i);
  });
});
