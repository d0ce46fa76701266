// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

export const healthSchema = z.object({ status: z.literal("ok"), version: z.string() }).openapi("Health");

export const problemParamsSchema = z.object({ room: z.string(), slug: z.string() });
