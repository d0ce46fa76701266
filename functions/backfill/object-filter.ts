import * as z from "zod";

const instant = z.iso.datetime({ offset: true }).nullish();
const size = z.int().min(0).nullish();

/** Which objects of a bucket a backfill announces; what is absent or null lets everything through. */
export const objectFilterSchema = z.object({
  /** How the key ends, in upper or lower case. */
  suffix: z.string().max(100).nullish(),
  minBytes: size,
  maxBytes: size,
  /** Changed at that time or later. */
  since: instant,
  /** Changed before that time. */
  until: instant,
});

export type ObjectFilter = z.infer<typeof objectFilterSchema>;

/** What a listing says of an object. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** True for an object that may be an archive and passes the filter. Folders and empty objects never do. */
export function isWanted({ key, size, lastModified }: ListedObject, filter: ObjectFilter): boolean {
  if (size === 0 || key.endsWith("/")) return false;
  if (!key.toLowerCase().endsWith((filter.suffix ?? "").toLowerCase())) return false;
  if (size < (filter.minBytes ?? 0) || size > (filter.maxBytes ?? Number.POSITIVE_INFINITY)) return false;
  const { since, until } = filter;
  if (since && lastModified.getTime() < Date.parse(since)) return false;
  return !until || lastModified.getTime() < Date.parse(until);
}
