import * as z from "zod";
import type { ByteSource } from "../../../shared/bytes/byte-source.ts";

const nullable = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);
const hole = z.object({ code: z.string(), archiveOffset: z.int(), archiveLength: z.int(), missingBytes: z.int() });

/** The facts of a manifest line that lists of errors are made of. Lines have more of them. */
const lineSchema = z.object({
  type: z.string(),
  code: z.string().optional(),
  item: nullable(z.int()),
  itemId: nullable(z.string()),
  path: nullable(z.string()),
  pack: nullable(z.string()),
  title: nullable(z.string()),
  name: nullable(z.string()),
  archiveOffset: nullable(z.int()),
  archiveLength: nullable(z.int()),
  length: nullable(z.int()),
  missingBytes: nullable(z.int()),
  unproven: z.int().default(0),
  partial: z.boolean().default(false),
  holes: z.array(hole).default([]),
  warnings: z.array(z.string()).default([]),
  kept: nullable(z.object({ path: z.string() })),
});

export type ManifestLine = z.infer<typeof lineSchema>;

/** The lines of a manifest.jsonl, one at a time. */
export async function* readManifest(source: ByteSource): AsyncGenerator<ManifestLine> {
  const decoder = new TextDecoder("utf-8");
  let rest = "";
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield lineSchema.parse(JSON.parse(line));
  }
}
