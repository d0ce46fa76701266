import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ApiEnv } from "../api-deps.ts";
import { createProblem, problemResponse } from "../problems/problem.ts";

/** Many times what any description of a job needs; JSON is read into memory before it is looked at. */
export const MAX_JSON_BYTES = 64 * 1024;
/** What names each part of a large upload: 10 000 of them at about 60 bytes. */
const MAX_PARTS_BYTES = 1024 * 1024;
const PARTS_PATH = /\/upload\/complete$/u;

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json(?:\s*;|\s*$)/iu;

/**
 * Answers 413 to a JSON body over 64 KiB (1 MiB where it names the parts of an upload), whether it says how long it is
 * or not. Other bodies pass.
 */
export function limitJson(): MiddlewareHandler<ApiEnv> {
  const [description, parts] = [limitTo(MAX_JSON_BYTES), limitTo(MAX_PARTS_BYTES)];
  return async (c, next) => {
    if (!JSON_TYPE.test((c.req.header("content-type") ?? "").trim())) return await next();
    return await (PARTS_PATH.test(c.req.path) ? parts : description)(c, next);
  };
}

function limitTo(maxBytes: number): MiddlewareHandler<ApiEnv> {
  return bodyLimit({
    maxSize: maxBytes,
    onError: (c) => {
      const message = `JSON has at most ${maxBytes} bytes here.`;
      return problemResponse(createProblem({ code: "api/payload-too-large", message, instance: c.get("instance") }));
    },
  });
}
