import * as z from "zod";

type Json = Record<string, unknown>;
type Content = Record<string, { readonly schema: Json; readonly example?: unknown }>;
interface Operation {
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly content?: Content; readonly headers?: Record<string, PromisedHeader> }>;
}
interface PromisedHeader {
  readonly required?: boolean;
  readonly schema: Json;
}

/** An OpenAPI document, as far as these tests look into it. */
export interface ApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Json };
}

/** Every `METHOD path status` that the document promises. */
export function promisedAnswers(document: ApiDocument): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
  );
}

/** Every `METHOD path` of the document. */
export function operationsOf(document: ApiDocument): string[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The bodies that the document gives as examples, with what they are examples of. */
export function requestExamples(document: ApiDocument): { operation: string; schema: Json; example: unknown }[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) =>
      Object.values(requestBody?.content ?? {})
        .filter(({ example }) => example !== undefined)
        .map(({ schema, example }) => ({ operation: `${method.toUpperCase()} ${path}`, schema, example })),
    ),
  );
}

/** What is wrong with a response, measured at the document; empty when nothing is. */
export async function checkResponse(
  document: ApiDocument,
  [method, path]: readonly [string, string],
  response: Response,
): Promise<string[]> {
  const promised = document.paths[path]?.[method.toLowerCase()]?.responses[response.status];
  if (promised === undefined) return [`${method} ${path} does not promise ${response.status}`];
  const faults = checkHeaders(document, promised.headers ?? {}, response.headers);
  if (faults.length > 0) return faults;
  const mediaType = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const content = promised.content?.[mediaType];
  if (promised.content === undefined || promised.content["*/*"]) return [];
  if (content === undefined) return [`${response.status} comes as ${mediaType}, which is not promised`];
  if (content.schema.format === "binary" || !mediaType.endsWith("json")) return [];
  return checkValue(document, content.schema, await response.clone().json());
}

/** What is wrong with a value, measured at a schema of the document. */
export function checkValue(document: ApiDocument, schema: Json, value: unknown): string[] {
  const parsed = toSchema(document, schema).safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

function checkHeaders(document: ApiDocument, promised: Record<string, PromisedHeader>, headers: Headers): string[] {
  return Object.entries(promised).flatMap(([name, { required = false, schema }]) => {
    const text = headers.get(name);
    if (text === null) return required ? [`the header ${name} is not there`] : [];
    const value = schema.type === "integer" ? Number(text) : text;
    return checkValue(document, schema, value).map((fault) => `${name}${fault}`);
  });
}

/** The schema with its references, closed: a property that is not described is a fault. */
function toSchema(document: ApiDocument, schema: Json) {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  const closed = JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/"), (_key, value) =>
    value?.type === "object" && value.additionalProperties === undefined && value.properties
      ? { ...value, additionalProperties: false }
      : value,
  );
  return z.fromJSONSchema(closed);
}
