// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";

const count = z.int().min(0);

/** What would become of an upload. */
export const estimateSchema = z
  .object({
    kind: z.string().nullable().openapi({
      description:
        "hu01, or what an uncompressed file is: message, icalendar, vcard, sync-xml, mbox, zip …; null when unseen.",
    }),
    holds: z.string().nullable().openapi({ description: "What the first HU01 stream holds; null when unseen." }),
    size: count.nullable().openapi({ description: "Bytes of the file." }),
    streams: count.nullable(),
    blocks: count.nullable().openapi({ description: "Blocks whose headers are sound; they were not decoded." }),
    decompressedBytes: count
      .nullable()
      .openapi({ description: "By the blocks' headers; beyond damage, by their ratio." }),
    isWhole: z.boolean().nullable().openapi({ description: "False when bytes follow that are no block." }),
    estimate: z
      .object({ items: count, outputs: count, seconds: z.number().min(0), awsUsd: z.number().min(0) })
      .nullable()
      .openapi({ description: "Null when neither bytes nor their number are known, or nothing can be converted." }),
    problem: z
      .string()
      .nullable()
      .openapi({ description: "The code with which the job would fail, as far as is seen." }),
  })
  .openapi("Estimate");

/** What `?dryRun=true` answers. */
export type Estimate = z.infer<typeof estimateSchema>;
