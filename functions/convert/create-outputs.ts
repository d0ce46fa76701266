import type { Limits } from "../../shared/limits.ts";
import type { ConvertOptions } from "../../shared/options.ts";
import type { Outputs, PackedBefore, PutObject } from "./outputs.ts";
import { maildirFormat } from "./packs/maildir-shard.ts";
import { mboxFormat } from "./packs/mbox-shard.ts";
import { PackedFiles } from "./packs/packed-files.ts";
import type { PackFormat } from "./packs/shard.ts";
import { zipFormat } from "./packs/zip-shard.ts";
import { SingleFiles } from "./single-files.ts";

const NOTHING: PackedBefore = { shards: 0, packs: [] };

/** The home that a job's files asked for. @param before the packs of the attempt that this one continues */
export function createOutputs(
  { pack, mboxHeaders }: ConvertOptions,
  put: PutObject,
  limits: Limits,
  before: PackedBefore = NOTHING,
): Outputs {
  if (pack === "files") return new SingleFiles(put);
  const formats: Readonly<Record<typeof pack, PackFormat>> = {
    zip: zipFormat,
    mbox: mboxFormat(mboxHeaders),
    maildir: maildirFormat,
  };
  return new PackedFiles(formats[pack], put, limits, before);
}
