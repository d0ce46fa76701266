import type { Limits } from "../../limits.ts";
import type { CarrierPlace, Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";
import { readListedEntries } from "./zip/read-listed-entries.ts";
import { readUnlistedEntries } from "./zip/read-unlisted-entries.ts";
import { readZipDirectory } from "./zip/zip-directory.ts";

/**
 * Reads a ZIP (APPNOTE.TXT 6.3, with ZIP64): what its central directory lists, in the order of the places, each proved
 * by its CRC-32. The directory is read by random access; the files are read on the one way through the carrier. Where
 * there is no whole directory, that is told by a skip, and the files are found by the headers in front of them.
 */
export async function* readZip(
  input: CarrierInput,
  limits: Limits,
  place: CarrierPlace,
): AsyncGenerator<Member | SkippedMember> {
  const directory = await readZipDirectory(place, limits);
  if (directory !== null) {
    yield* readListedEntries(input, directory, { limits, place });
    return;
  }
  yield { kind: "skip", name: "central directory", code: "readers/carrier-damaged" };
  yield* readUnlistedEntries(input, { limits, place }, () => Number.POSITIVE_INFINITY);
}
