import { ReaderError } from "../../errors.ts";
import type { Finding, Item, MailItem } from "../../items/item.ts";
import type { WarningCode } from "../../items/warning.ts";
import type { Limits } from "../../limits.ts";
import { messageFlags } from "../../mapping/message-flags.ts";
import { mailElements } from "../../mapping/source-elements.ts";
import type { MapContext, SyncElement } from "../../mapping/sync-element.ts";
import { fieldText } from "../../mapping/sync-fields.ts";
import { synthesiseMessage } from "../../mapping/synthesise-message.ts";
import { readMessage } from "../read-message.ts";
import type { SyncItem } from "./map-item.ts";
import { meetingPartOf } from "./meeting-part.ts";
import { announcedSize, mimeOf } from "./xml-mime.ts";

/** Makes a message of an Email item, and finds the calendars and contacts in it. */
export async function* mapMail(item: SyncItem, context: MapContext, limits: Limits): AsyncGenerator<Finding> {
  const mail = carriedMail(item.data) ?? synthesisedMail(item.data, context);
  const sync = { ...item.sync, mail: messageFlags(item.data), elements: mailElements(item.data) };
  yield* readParts({ ...item, sync }, mail, limits);
}

function carriedMail(data: SyncElement): MailBytes | null {
  const mime = mimeOf(data);
  if (mime === null) return null;
  const warnings: WarningCode[] = ["mime-from-xml"];
  const size = announcedSize(data);
  if (mime.isTruncated) warnings.push("body-truncated", "mime-partial");
  else if (size !== null && size !== lengthOf(mime.chunks)) warnings.push("size-mismatch");
  return { ...mime, warnings, subject: fieldText(data, "Subject") };
}

function synthesisedMail(data: SyncElement, context: MapContext): MailBytes {
  if (data.children.length === 0) throw new ReaderError("readers/item-unmappable");
  const { bytes, warnings, subject, dateMillis } = synthesiseMessage(data, context, meetingPartOf(data, context));
  return { chunks: [bytes], warnings, subject, isTruncated: false, isDateless: dateMillis === null };
}

interface MailBytes {
  readonly chunks: readonly Uint8Array[];
  readonly isTruncated: boolean;
  readonly warnings: readonly WarningCode[];
  readonly subject: string | null;
  /** True when its Date stands for none. */
  readonly isDateless?: boolean;
}

/** The message as the reader of messages sees it, at the place of its item. */
async function* readParts(item: SyncItem, mail: MailBytes, limits: Limits): AsyncGenerator<Finding> {
  const { position } = item.origin;
  const segments = asSegments(mail.chunks, position.outputOffset);
  const payload = { kind: "message", segments, stream: position.stream, declaredBytes: null, survey: null } as const;
  const placed = new Map<Item, Item>();
  for await (const finding of readMessage(payload, { ...limits, maxBufferedItemBytes: lengthOf(mail.chunks) })) {
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
    dateMillis: mail.isDateless ? null : (found.dateMillis ?? dateReceivedMillis),
    isTruncated: mail.isTruncated,
    warnings: [...new Set([...warnings, ...mail.warnings, ...found.warnings])],
    sync,
  };
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

async function* asSegments(chunks: readonly Uint8Array[], start: number) {
  let outputOffset = start;
  for (const bytes of chunks) {
    yield { kind: "bytes" as const, bytes, outputOffset, block: null };
    outputOffset += bytes.length;
  }
}
