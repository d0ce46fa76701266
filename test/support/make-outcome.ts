import type { ByteSource } from "../../shared/bytes/byte-source.ts";
import type { Outcome, Receipt, Written } from "../../shared/items/outcome.ts";

/** The outcome of a message that becomes one file or more, named after its ordinal. */
export function makeWritten(
  ordinal: number,
  facts: { bytes?: number; files?: number; content?: ByteSource } = {},
): Written {
  const position = { stream: 0, blocks: null, outputOffset: 0, outputLength: facts.bytes ?? 1 };
  const content = facts.content ?? [new Uint8Array(1)];
  const paths = Array.from({ length: facts.files ?? 1 }, (_, index) =>
    index === 0 ? `${ordinal}` : `${ordinal}.${index}`,
  );
  return {
    outcome: "written",
    ordinal,
    parent: null,
    stream: null,
    item: {
      kind: "mail",
      origin: { position, part: null, name: null },
      warnings: [],
      content,
      subject: null,
      dateMillis: null,
      holes: [],
    },
    files: paths.map((path) => ({ path, mediaType: "message/rfc822", content })),
  };
}

/** An outcome without files. */
export function makeForeign(archiveOffset: number): Outcome {
  return { outcome: "foreign", stream: null, archiveOffset, length: 1, unproven: 0 };
}

/** What a write of such a file gives. */
export function makeReceipt(path: string): Receipt {
  return { path, mediaType: "message/rfc822", size: 1, sha256: "00" };
}
