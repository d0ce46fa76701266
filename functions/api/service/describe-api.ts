import type { ErrorCode } from "../../../shared/errors.ts";
import type { ApiApp } from "../api-deps.ts";
import { createProblem, PROBLEM_MEDIA_TYPE } from "../problems/problem.ts";
import type { Answer, ApiDocument, Components, Content, Operation } from "./api-document.ts";
import { OPERATION_NAMES, TAGS } from "./operation-names.ts";
import { codesOf } from "./request-codes.ts";

const DESCRIPTION =
  "Gets mail, calendars, contacts and notes out of HU01 files. An archive becomes a job; the job becomes files. Every " +
  "error is a problem document (RFC 9457) with a stable code, whose meaning stands under its type.";

/** Whoever gives none of these gets 401, but on a service that only its own machine reaches. */
const SECURITY_SCHEMES = {
  token: {
    type: "http",
    scheme: "bearer",
    description: "A service on a computer: the token that it prints when other machines can reach it.",
  },
  jwt: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A stack on AWS with an issuer of tokens (jwtIssuer): one of its tokens. Jobs belong to its subject.",
  },
  sigV4: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description:
      "A stack on AWS without one: AWS Signature Version 4 for the service execute-api. Jobs belong to the role or user.",
    "x-amazon-apigateway-authtype": "awsSigv4",
  },
} as const;

const EXAMPLE_INSTANCE = "urn:uuid:0199b5a0-7c1e-7b5a-9d3f-2a4b6c8d0e1f";

/**
 * The OpenAPI document of all routes of an app: what the routes say themselves, with names, groups, ways to prove who
 * asks, and an example of each problem.
 */
export function describeApi(app: ApiApp, toolVersion: string): ApiDocument {
  // As JSON: what the generator gives shares pieces between routes, and has parts that are undefined.
  const drawn: ApiDocument = JSON.parse(
    JSON.stringify(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: {
          title: "hu01",
          version: toolVersion,
          description: DESCRIPTION,
          license: { name: "Apache-2.0" },
        },
        servers: [{ url: "/", description: "The service that gave this document." }],
        security: [{}, { token: [] }, { jwt: [] }, { sigV4: [] }],
        tags: [...TAGS],
      }),
    ),
  );
  const examples: Record<string, Components["examples"][string]> = {};
  const paths = mapOperations(drawn.paths, (name, operation) => complete(name, operation, examples));
  return { ...drawn, paths, components: { ...drawn.components, examples, securitySchemes: SECURITY_SCHEMES } };
}

function mapOperations(
  paths: ApiDocument["paths"],
  change: (name: string, operation: Operation) => Operation,
): ApiDocument["paths"] {
  const ofPath = (path: string, operations: Readonly<Record<string, Operation>>) =>
    Object.entries(operations).map(([method, operation]) => [
      method,
      change(`${method.toUpperCase()} ${path}`, operation),
    ]);
  return Object.fromEntries(
    Object.entries(paths).map(([path, operations]) => [path, Object.fromEntries(ofPath(path, operations))]),
  );
}

type Examples = Record<string, Components["examples"][string]>;

function complete(name: string, operation: Operation, examples: Examples): Operation {
  const given = OPERATION_NAMES[name];
  const responses = Object.entries({ ...unauthenticated(operation), ...operation.responses }).map(
    ([status, answer]) => [status, withExamples(answer, codesOf(name, Number(status)), examples)] as const,
  );
  return {
    ...(given === undefined ? {} : { operationId: given.operationId, tags: [given.tag] }),
    ...operation,
    responses: Object.fromEntries(responses),
  };
}

/** What everybody gets who has to say who he is, and does not. */
function unauthenticated({ security }: Operation): Readonly<Record<string, Answer>> {
  if (security?.length === 0) return {};
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: "#/components/schemas/Problem" } } };
  return { 401: { description: "The request does not prove who asks.", content } };
}

/** Examples stand in the document once, under the name of their code, and are referred to from every answer. */
function withExamples(answer: Answer, codes: readonly ErrorCode[], examples: Examples): Answer {
  const problem = answer.content?.[PROBLEM_MEDIA_TYPE];
  if (problem === undefined) return answer;
  for (const code of codes) {
    const value = createProblem({ code, instance: EXAMPLE_INSTANCE });
    examples[exampleName(code)] = { summary: value.title, value };
  }
  const references = codes.map((code) => [code, { $ref: `#/components/examples/${exampleName(code)}` }]);
  const content: Content = { [PROBLEM_MEDIA_TYPE]: { ...problem, examples: Object.fromEntries(references) } };
  return { ...answer, content: { ...answer.content, ...content } };
}

/** Names of components have no slash (OpenAPI 3.1 §4.8.7). */
function exampleName(code: ErrorCode): string {
  return code.replace("/", ".");
}
