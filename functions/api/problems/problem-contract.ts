// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

/** One thing that is wrong with a request. */
const requestFaultSchema = z.object({
  in: z.enum(["query", "path", "header", "body"]),
  name: z.string(),
  detail: z.string(),
});

export type RequestFault = z.infer<typeof requestFaultSchema>;

/** RFC 9457 problem details; `code` is stable, `instance` names this occurrence in the service's log. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(requestFaultSchema).optional(),
  })
  .openapi("Problem");

export type Problem = z.infer<typeof problemSchema>;

/** The documentation of one problem type. */
export const problemTypeSchema = z
  .object({
    code: z.string(),
    status: z.int().min(400).max(599),
    meaning: z.string(),
    retry: z.boolean(),
    remedy: z.string(),
  })
  .openapi("ProblemType");
