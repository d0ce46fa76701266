import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, RecursiveLoop, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { type BundlingOptions, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { BUNDLE_OPTIONS, FUNCTION_BUNDLES, type FunctionName } from "./bundle-options.ts";
import { type Grant, grant } from "./grants.ts";
import type { StackOptions } from "./stack-options.ts";

export interface NodeFunctionProps {
  readonly options: StackOptions;
  readonly name: FunctionName;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** What `functions/environment.ts` reads for this function, without what all functions get. */
  readonly environment: Readonly<Record<string, string>>;
  /** True when it sends itself messages on purpose, and counts how often. Else Lambda ends a chain of about 16. */
  readonly callsItself?: boolean;
  /** What it may do besides writing its log. */
  readonly allowed: readonly Grant[];
}

/** The namespace of the metrics of all stacks; their `service` tells stacks and functions apart. */
export const METRICS_NAMESPACE = "hu01";

/** The `service` of a function's logs and metrics. */
export function serviceName({ stackName }: StackOptions, name: FunctionName): string {
  return `${stackName}-${name}`;
}

/**
 * One of the project's functions, as all of them are: Node.js 24 on arm64, one ES module without node_modules, a log
 * group of its own and a role of its own that may do nothing but what is said.
 */
export function createNodeFunction(scope: Construct, id: string, props: NodeFunctionProps): NodejsFunction {
  const { options, name, memoryMb, timeout, environment, description } = props;
  const logGroup = createLogGroup(scope, `${id}Logs`, options);
  // With a role of ours CDK adds no managed policy, which would allow writing to every log group of the account.
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  const handler = new NodejsFunction(scope, id, {
    description,
    entry: inProject(FUNCTION_BUNDLES[name].entry),
    projectRoot: inProject(""),
    depsLockFilePath: inProject("package-lock.json"),
    handler: "handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memoryMb,
    timeout,
    role,
    logGroup,
    recursiveLoop: props.callsItself === true ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    tracing: options.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    bundling: bundlingOf(name),
    environment: {
      POWERTOOLS_SERVICE_NAME: serviceName(options, name),
      POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      ...environment,
    },
    // The bundle brings its own SDK, which keeps connections alive anyway.
    awsSdkConnectionReuse: false,
  });
  const logging = { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] };
  grant(role, "Allowed", [logging, ...props.allowed]);
  if (options.tracing)
    acknowledge(role, "AwsSolutions-IAM5[Resource::*]", "X-Ray has no resources: a trace is nobody's.");
  return handler;
}

/** A log group that is kept for as long as the stack wants. */
export function createLogGroup(scope: Construct, id: string, { logDays, removalPolicy }: StackOptions): LogGroup {
  return new LogGroup(scope, id, { retention: Number(logDays), removalPolicy: toRemovalPolicy(removalPolicy) });
}

/** The word of the options as CDK has it. */
export function toRemovalPolicy(policy: StackOptions["removalPolicy"]): RemovalPolicy {
  return policy === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
}

function inProject(path: string): string {
  return `${import.meta.dirname}/../${path}`;
}

function bundlingOf(name: FunctionName): BundlingOptions {
  const { target, mainFields, minify, keepNames, banner } = BUNDLE_OPTIONS;
  return {
    format: OutputFormat.ESM,
    target,
    mainFields,
    minify,
    keepNames,
    banner: banner.js,
    externalModules: [],
    bundleAwsSDK: true,
    esbuildArgs: { "--charset": BUNDLE_OPTIONS.charset },
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (inputFolder, outputFolder) =>
        Object.entries(FUNCTION_BUNDLES[name].threads).map(([file, entry]) =>
          threadCommand(`${inputFolder}/${entry}`, `${outputFolder}/${file}`),
        ),
    },
  };
}

/** CDK bundles one entry for a function; this bundles a thread's in the same way. */
function threadCommand(entry: string, outputFile: string): string {
  const { platform, format, target, mainFields, charset, banner } = BUNDLE_OPTIONS;
  const flags = [
    ["platform", platform],
    ["format", format],
    ["target", target],
    ["main-fields", mainFields.join(",")],
    ["charset", charset],
    ["banner:js", banner.js],
    ["outfile", outputFile],
  ].map(([flag, value]) => `--${flag}=${JSON.stringify(value)}`);
  const switches = [BUNDLE_OPTIONS.minify ? "--minify" : "", BUNDLE_OPTIONS.keepNames ? "--keep-names" : ""];
  return [
    "npx --no-install esbuild",
    JSON.stringify(entry),
    "--bundle --log-level=warning",
    ...switches,
    ...flags,
  ].join(" ");
}
