import * as z from "zod";

type Json = Record<string, unknown>;
interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Json }> }>;
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

/** What is wrong with a response, measured at the document; empty when nothing is. */
export async function checkResponse(
  document: ApiDocument,
  [method, path]: readonly [string, string],
  response: Response,
): Promise<string[]> {
  const promised = document.paths[path]?.[method.toLowerCase()]?.responses[response.status];
  if (promised === undefined) return [`${method} ${path} does not promise ${response.status}`];
  const mediaType = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const content = promised.content?.[mediaType];
  if (promised.content === undefined || promised.content["*/*"]) return [];
  if (content === undefined) return [`${response.status} comes as ${mediaType}, which is not promised`];
  if (content.schema.format === "binary") return [];
  const parsed = toSchema(document, content.schema).safeParse(await response.clone().json());
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
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
