// Gives every zod schema its `.openapi()`.
import "@hono/zod-openapi";
import * as z from "zod";
import { pageQuery } from "../http/page-query.ts";
import { FILE_KINDS } from "./file-kind.ts";

const kind = z.enum(FILE_KINDS);

/** A file of a job's result. `url` leads to its content. */
const fileViewSchema = z
  .object({ path: z.string(), kind, size: z.int().min(0), mediaType: z.string(), url: z.string() })
  .openapi("File");

export type FileView = z.infer<typeof fileViewSchema>;

/** One page of files, by path in code-unit order; `nextCursor` is null on the last page. */
export const fileListSchema = z
  .object({ files: z.array(fileViewSchema), nextCursor: z.string().nullable() })
  .openapi("FileList");

export const fileListQuerySchema = z.strictObject({ kind: kind.optional(), ...pageQuery });

export const fileParamsSchema = z.object({ id: z.string(), path: z.string() });
