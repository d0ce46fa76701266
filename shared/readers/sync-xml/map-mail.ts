import { ReaderError } from "../../errors.ts";
import type { Finding, Item, MailItem } from "../../items/item.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { Limits } from "../../limits.ts";
import type { MapContext } from "../../mapping/sync-element.ts";
import { fieldText } from "../../mapping/sync-fields.ts";
import { readMessage } from "../read-message.ts";
import type { SyncItem } from "./map-item.ts";
import { announcedSize, mimeOf } from "./xml-mime.ts";

/** Makes a message of an Email item, and finds the calendars and contacts in it. */
export async function* mapMail(item: SyncItem, _context: MapContext, limits: Limits): AsyncGenerator<Finding> {
  const mime = mimeOf(item.data);
  if (mime === null) throw new ReaderError("readers/item-unmappable");
  const warnings: WarningCode[] = ["mime-from-xml"];
  const size = announcedSize(item.data);
  if (mime.isTruncated) warnings.push("body-truncated", "mime-partial");
  else if (size !== null && size !== mime.bytes.length) warnings.push("size-mismatch");
  yield* readParts(item, { ...mime, warnings, subject: fieldText(item.data, "Subject") }, limits);
}

interface MailBytes {
  readonly bytes: Uint8Array;
  readonly isTruncated: boolean;
  readonly warnings: readonly WarningCode[];
  readonly subject: string | null;
}

/** The message as the reader of messages sees it, at the place of its item. */
async function* readParts(item: SyncItem, mail: MailBytes, limits: Limits): AsyncGenerator<Finding> {
  const { position } = item.origin;
  const segments = asSegments(mail.bytes, position.outputOffset);
  const payload = { kind: "message", segments, stream: position.stream, declaredBytes: null, survey: null } as const;
  const placed = new Map<Item, Item>();
  for await (const finding of readMessage(payload, { ...limits, maxBufferedItemBytes: mail.bytes.length })) {
    const origin = { ...finding.origin, position };
    if (finding.kind === "duplicate") yield { ...finding, origin, of: placed.get(finding.of) ?? finding.of };
    else if (finding.kind === "skipped" || finding.kind === "deleted") yield { ...finding, origin };
    else {
      const isMessage = finding.kind === "mail" && finding.origin.part === null;
      const own: Item = isMessage ? describe(finding, item, mail) : { ...finding, origin };
      placed.set(finding, own);
      yield own;
    }
  }
}

function describe(found: MailItem, { origin, sync, warnings }: SyncItem, mail: MailBytes): MailItem {
  const { dateReceivedMillis = null } = sync.mail ?? {};
  return {
    ...found,
    origin,
    subject: found.subject ?? mail.subject,
    dateMillis: found.dateMillis ?? dateReceivedMillis,
    isTruncated: mail.isTruncated,
    warnings: [...new Set([...warnings, ...mail.warnings, ...found.warnings])],
    sync,
  };
}

async function* asSegments(bytes: Uint8Array, outputOffset: number) {
  yield { kind: "bytes" as const, bytes, outputOffset, block: null };
}
