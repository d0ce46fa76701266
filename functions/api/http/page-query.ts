import * as z from "zod";

/** What every list takes: pages are 1 to 1000 entries long, and a cursor is one that the list gave. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().min(1).max(2048).optional(),
};
