import type { Context, MiddlewareHandler } from "hono";
import * as z from "zod";
import { ApiError } from "../../../shared/errors.ts";
import type { ApiEnv } from "../api-deps.ts";
import { createProblem, problemResponse } from "../problems/problem.ts";

/** What is parsed at once, so no more of it is held in memory. */
const MAX_JSON_BYTES = 1024 ** 2;
const JSON_TYPE = /^application\/json(?:\s*;|$)/iu;

/** True for a request that says that its body is JSON. */
export function isJson(c: Context): boolean {
  return JSON_TYPE.test(c.req.header("content-type") ?? "");
}

/**
 * A schema as an operation's document shows it, for bodies that may come in another form as well. The router would
 * make every request without Content-Type wait until its body has been held in memory, to refuse it.
 */
export function documented<Schema extends z.ZodType>(schema: Schema): Schema {
  const { $schema, ...json } = z.toJSONSchema(schema, { io: "input" });
  return json as unknown as Schema;
}

/**
 * Makes `c.req.valid("json")` what the schema makes of a JSON body; bodies of other types are left alone.
 *
 * @throws ApiError api/request-invalid, api/payload-too-large
 */
export function readJson(schema: z.ZodType): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (!isJson(c)) return await next();
    const parsed = schema.safeParse(parseJson(await readText(c.req.raw.body)));
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({
        in: "body" as const,
        name: path.join("."),
        detail: message,
      }));
      return problemResponse(createProblem({ code: "api/request-invalid", instance: c.get("instance"), errors }));
    }
    c.req.addValidatedData("json", parsed.data as object);
    return await next();
  };
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) {
      throw new ApiError("api/payload-too-large", `JSON has at most ${MAX_JSON_BYTES} bytes here.`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("api/request-invalid", "The body says that it is JSON, but is not.");
  }
}
