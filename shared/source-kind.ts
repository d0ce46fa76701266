import { ARCHIVE_PREFIX_BYTES, isArchive } from "./hu01/decode-archive.ts";
import type { Limits } from "./limits.ts";
import type { OpenSource } from "./open-members.ts";
import type { ConvertOptions } from "./options.ts";
import { type CarrierKind, carrierKindOf } from "./payload/carrier-kind.ts";
import { payloadKindOf } from "./payload/payload-kind.ts";

/** What bytes are: HU01 streams, a payload that was never compressed, or a carrier of others. */
export type SourceKind = "streams" | "plain" | { readonly carrier: CarrierKind };

/** Tells what a source is from its first bytes, up to `limits.maxSniffBytes` of them. */
export function sourceKindOf(
  source: OpenSource,
  prefix: Uint8Array,
  options: ConvertOptions,
  limits: Limits,
): SourceKind {
  if (source.payload !== null) return "plain";
  if (isArchive(prefix.subarray(0, ARCHIVE_PREFIX_BYTES), limits)) return "streams";
  const carrier = carrierKindOf(prefix);
  if (carrier !== null) return { carrier };
  if (!options.carve) return "plain";
  // Among the members of a carrier, only what cannot be read otherwise is worth a search.
  const isKnown = payloadKindOf(prefix, prefix.length < limits.maxSniffBytes) !== "unknown";
  return source.member !== null && isKnown ? "plain" : "streams";
}
