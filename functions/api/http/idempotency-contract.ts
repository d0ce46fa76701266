// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

/** Header fields of an operation that `countOnce` makes count once. */
export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({
      description:
        "1 to 255 characters of visible ASCII. The same request with the same key counts once for 24 hours and gets the " +
        "same answer, with Idempotency-Replayed: true. 409 while the first one is being worked on; 422 for another request.",
    }),
});
