import { parseZipLocalHeader, ZIP_LOCAL_HEADER_BYTES } from "../../../payload/zip-header.ts";
import type { CarrierInput } from "../carrier-input.ts";
import { type EntryFacts, hasDescriptor } from "./entry-facts.ts";
import { entryName } from "./entry-name.ts";
import { withZip64 } from "./extra-field.ts";

/** A local file header with its name and extra field (APPNOTE.TXT 4.3.7). */
export interface LocalHeader {
  /** Bytes of all of it; the data begins behind them. */
  readonly length: number;
  readonly hasSignature: boolean;
  readonly name: string;
  /** `hasSizes` is false when CRC and sizes stand behind the data instead. */
  readonly facts: EntryFacts & { readonly hasSizes: boolean };
}

/** Looks at the local file header that stands here, whatever its signature; null when the carrier ends in it. */
export async function peekLocalHeader(input: CarrierInput): Promise<LocalHeader | null> {
  const header = parseZipLocalHeader(await input.peek(ZIP_LOCAL_HEADER_BYTES));
  if (header === null) return null;
  const { hasSignature, flags, method, crc, nameBytes, extraBytes } = header;
  const length = ZIP_LOCAL_HEADER_BYTES + nameBytes + extraBytes;
  const bytes = await input.peek(length);
  if (bytes.length < length) return null;
  const extra = bytes.subarray(ZIP_LOCAL_HEADER_BYTES + nameBytes);
  const [plainBytes = 0, compressedBytes = 0] = withZip64([header.plainBytes, header.compressedBytes], extra);
  const facts = { flags, method, crc, compressedBytes, plainBytes };
  const name = entryName(bytes.subarray(ZIP_LOCAL_HEADER_BYTES, ZIP_LOCAL_HEADER_BYTES + nameBytes), extra, flags);
  return { length, hasSignature, name, facts: { ...facts, hasSizes: !hasDescriptor(facts) } };
}
