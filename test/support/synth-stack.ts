import { readFileSync } from "node:fs";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { ArchiveStack } from "../../infra/archive-stack.ts";
import type { FunctionName } from "../../infra/bundle-options.ts";
import { readStackOptions } from "../../infra/stack-options.ts";

/** A value of a template: what CloudFormation makes text of later stays as it is. */
export type TemplateValue = unknown;

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  /** References in angle brackets, as in `<UploadsQueue.Arn>`. */
  readonly Resource: readonly string[];
  readonly Principal?: TemplateValue;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, TemplateValue>>>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, TemplateValue>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** A synthesised stack, its resources by logical id. */
export interface SynthesisedStack {
  readonly app: App;
  readonly stack: Stack;
  readonly resources: Readonly<Record<string, Resource>>;
  /** Logical ids and resources of one type. */
  ofType(type: string): (readonly [id: string, resource: Resource])[];
  /** The one resource of a type whose logical id begins so. */
  only(type: string, start?: string): readonly [id: string, resource: Resource];
  functionOf(name: FunctionName): readonly [id: string, resource: Resource];
  /** What the role of that logical id may do. */
  statementsOf(roleId: string): readonly Statement[];
  /** What the role of a function may do. */
  grantsOf(name: FunctionName): readonly Statement[];
}

/** The stack with some options, without bundling its functions. */
export function synthStack(context: Readonly<Record<string, unknown>> = {}): SynthesisedStack {
  const settings = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  const app = new App({ context: { ...settings.context, ...context, "aws:cdk:bundling-stacks": [] } });
  const options = readStackOptions(context);
  const stack = new ArchiveStack(app, options.stackName, { options });
  const { Resources } = Template.fromStack(stack).toJSON();
  return new View(app, stack, Resources);
}

class View implements SynthesisedStack {
  readonly app: App;
  readonly stack: Stack;
  readonly resources: Readonly<Record<string, Resource>>;

  constructor(app: App, stack: Stack, resources: Readonly<Record<string, Resource>>) {
    this.app = app;
    this.stack = stack;
    this.resources = resources;
  }

  ofType(type: string): (readonly [string, Resource])[] {
    return Object.entries(this.resources).filter(([, resource]) => resource.Type === type);
  }

  only(type: string, start = ""): readonly [string, Resource] {
    const found = this.ofType(type).filter(([id]) => id.startsWith(start));
    const [first] = found;
    if (first === undefined || found.length > 1) throw new Error(`${found.length} × ${type} ${start}`);
    return first;
  }

  functionOf(name: FunctionName): readonly [string, Resource] {
    const rooms = { convert: "Converter", api: "Api", sweep: "Sweep", backfill: "Backfill", webhooks: "Webhooks" };
    return this.only("AWS::Lambda::Function", rooms[name]);
  }

  statementsOf(roleId: string): readonly Statement[] {
    return this.ofType("AWS::IAM::Policy")
      .filter(([, { Properties }]) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === roleId))
      .flatMap(([, { Properties }]) => toStatements(Properties.PolicyDocument));
  }

  grantsOf(name: FunctionName): readonly Statement[] {
    const [, { Properties }] = this.functionOf(name);
    return this.statementsOf(flatten(Properties.Role).slice(1, -".Arn>".length));
  }
}

/** The statements of a policy document, single values made lists. */
export function toStatements(document: TemplateValue): readonly Statement[] {
  const { Statement: statements } = document as { Statement: Record<string, TemplateValue>[] };
  return statements.map((statement) => ({
    ...(statement as unknown as Statement),
    Action: listOf(statement.Action).map(String),
    Resource: listOf(statement.Resource).map(flatten),
  }));
}

/** One text of what CloudFormation puts together: references in angle brackets. */
export function flatten(value: TemplateValue): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { Ref, "Fn::GetAtt": attribute, "Fn::Join": join } = value as Record<string, TemplateValue>;
  if (Ref !== undefined) return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join(".")}>`;
  if (Array.isArray(join)) return (join[1] as TemplateValue[]).map(flatten).join(String(join[0]));
  return JSON.stringify(value);
}

function listOf(value: TemplateValue): readonly TemplateValue[] {
  return Array.isArray(value) ? value : [value];
}

/** True when one of the statements allows the action on the resource; `*` in a statement stands for any text. */
export function allows(statements: readonly Statement[], action: string, resource: string): boolean {
  return statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === "Allow" &&
      Action.some((one) => matches(one, action)) &&
      Resource.some((one) => matches(one, resource)),
  );
}

function matches(pattern: string, value: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}
