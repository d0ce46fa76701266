import type { Item } from "../items/item.ts";
import type { OutputFile } from "../items/output-file.ts";
import { writeEml } from "./write-eml.ts";
import { writeIcs } from "./write-ics.ts";
import { writeRaw } from "./write-raw.ts";
import { writeVcf } from "./write-vcf.ts";

/** Writes one kind of item: says which files it becomes. Does no I/O; their content is made while it is read. */
type ItemWriter<K extends Item["kind"]> = (item: Extract<Item, { kind: K }>, ordinal: number) => readonly OutputFile[];

/** A new kind of item is a row here and a writer. */
const WRITERS: { readonly [K in Item["kind"]]: ItemWriter<K> } = {
  mail: writeEml,
  calendar: writeIcs,
  contact: writeVcf,
  raw: writeRaw,
};

/**
 * The files that an item becomes.
 *
 * @param ordinal its number in the job, from 1; two items of one job never share it
 */
export function writeItem(item: Item, ordinal: number): readonly OutputFile[] {
  const write = WRITERS[item.kind] as ItemWriter<Item["kind"]>;
  return write(item, ordinal);
}
