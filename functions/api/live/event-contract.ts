// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

/** The header by which a client goes on where its connection broke (HTML, server-sent events). */
export const eventHeadersSchema = z.object({
  "last-event-id": z
    .string()
    .optional()
    .openapi({ description: "The id of the last event that came in; only later ones are sent." }),
});

/** The version in Last-Event-ID; 0 for none, and for what no event of ours has as its id. */
export function parseEventId(text: string | undefined): number {
  return /^\d{1,15}$/u.test(text ?? "") ? Number(text) : 0;
}
