import type { Gap } from "../bytes/segment.ts";
import type { Item, Origin } from "../items/item.ts";
import type { ItemNumber } from "../items/item-numbers.ts";
import type { MemberOrigin } from "../items/member-origin.ts";
import type {
  CarrierEnded,
  DeletedItem,
  ForeignBytes,
  Outcome,
  PackPlace,
  PackReceipt,
  Receipt,
  SkippedItem,
  Written,
} from "../items/outcome.ts";
import type { OutputFile } from "../items/output-file.ts";
import type { MailState, SyncFacts } from "../items/sync-facts.ts";

/**
 * The lines of manifest.jsonl that an outcome gives: one object per file, duplicate, skip, deletion, gap, foreign
 * range, stream and carrier, told apart by `type`. Field order is fixed, so the same input gives the same bytes.
 */
export function manifestLines(outcome: Outcome, receipts: readonly Receipt[]): readonly object[] {
  const lines = ownLines(outcome, receipts);
  const { member } = outcome;
  return member === undefined ? lines : lines.map((line) => ({ ...line, ...memberFacts(member) }));
}

/** The line of manifest.jsonl of a pack. They stand at its end, in the order in which the packs were begun. */
export function packLine({ path, mediaType, size, sha256, entries, contentBytes }: PackReceipt): object {
  return { type: "pack", path, mediaType, size, sha256, entries, contentBytes };
}

/** Where in a carrier it stood, and what the Fetch response around it says of it. */
function memberFacts({ path, fetched }: MemberOrigin): object {
  const [answer] = fetched;
  return { member: path, ...(answer === undefined ? {} : { serverId: answer.serverId, status: answer.status }) };
}

function ownLines(outcome: Outcome, receipts: readonly Receipt[]): readonly object[] {
  switch (outcome.outcome) {
    case "written":
      return receipts.map((receipt) => fileLine(outcome, receipt));
    case "duplicate":
      return [{ type: "duplicate", ...numbers(outcome), of: outcome.of, ...place(outcome.origin) }];
    case "skipped":
      return [skipLine(outcome, receipts)];
    case "deleted":
      return [deletedLine(outcome)];
    case "document":
      return receipts.map((receipt, index) => documentLine(receipt, outcome.files[index]));
    case "gap":
      return [{ type: "gap", stream: outcome.stream, ...hole(outcome.gap) }];
    case "foreign":
      return [foreignLine(outcome)];
    case "stream":
      return [{ type: "stream", ...outcome.stream }];
    case "carrier":
      return [carrierLine(outcome)];
    case "member":
    case "milestone":
      return [];
  }
}

function carrierLine({ carrier, members, framingBytes, carriedBytes }: CarrierEnded): object {
  return { type: "carrier", carrier, members, framingBytes, carriedBytes };
}

function skipLine(outcome: SkippedItem, receipts: readonly Receipt[]): object {
  const { code, details, origin } = outcome;
  const [kept] = receipts;
  return {
    type: "skip",
    ...numbers(outcome),
    code,
    ...(details === undefined ? {} : { details }),
    ...place(origin),
    ...(kept === undefined ? {} : { kept: fileFacts(kept) }),
  };
}

function documentLine(receipt: Receipt, file: OutputFile | undefined): object {
  const { items, leftOut, warnings } = file?.merged ?? {};
  return { type: "document", ...fileFacts(receipt), ...(items === undefined ? {} : { items, leftOut, warnings }) };
}

function deletedLine({ facts, origin, stream }: DeletedItem): object {
  const { itemClass, collectionId, serverId, soft } = facts;
  const ids = { id: serverId, collection: collectionId, class: itemClass, soft };
  return { type: "deleted", ...ids, archiveOffset: stream?.archiveOffset ?? null, source: origin.position };
}

function fileFacts({ path, mediaType, size, sha256, pack }: Receipt): object {
  return { path, mediaType, size, sha256, ...packFacts(pack) };
}

/** In which pack it stands, and as what. */
function packFacts(pack: PackPlace | undefined): object {
  if (pack === undefined) return {};
  return { pack: pack.path, ...(pack.entry === undefined ? {} : { entry: pack.entry }) };
}

/** What a Sync response says of the item (MAPPING.md 12.4). */
function syncFacts(sync: SyncFacts | undefined): object {
  if (sync === undefined) return {};
  const { itemClass, collectionId, serverId, folder, mail, elements = {} } = sync;
  return {
    id: serverId,
    collection: collectionId,
    class: itemClass,
    folder,
    ...(mail === null ? {} : mailState(mail)),
    ...(Object.keys(elements).length === 0 ? {} : { elements }),
  };
}

function mailState({ dateReceivedMillis, ...state }: MailState): object {
  return { ...state, dateReceived: instant(dateReceivedMillis) };
}

function fileLine(outcome: Written, receipt: Receipt): object {
  const { item } = outcome;
  return {
    type: "file",
    path: receipt.path,
    kind: item.kind,
    mediaType: receipt.mediaType,
    size: receipt.size,
    sha256: receipt.sha256,
    ...packFacts(receipt.pack),
    ...numbers(outcome),
    ...place(item.origin),
    ...contentFacts(item),
    ...syncFacts(item.sync),
    warnings: item.warnings,
  };
}

function foreignLine({ stream, archiveOffset, length, unproven }: ForeignBytes): object {
  return { type: "foreign", stream, archiveOffset, length, unproven };
}

function numbers({ ordinal, parent, stream }: ItemNumber): object {
  return { item: ordinal, parent, itemId: stream?.itemId ?? null, archiveOffset: stream?.archiveOffset ?? null };
}

function place({ position, part, name }: Origin): object {
  return { source: position, part, name };
}

/** What a person would search the manifest for, and where the item is not whole. */
function contentFacts(item: Item): object {
  switch (item.kind) {
    case "mail":
      return { title: item.subject, date: instant(item.dateMillis), ...wholeness(item.holes, item.isTruncated) };
    case "raw":
      return { title: null, date: null, ...wholeness(item.holes) };
    case "calendar":
      return { title: item.summary, date: instant(item.dateMillis), component: item.component, role: item.role };
    case "contact":
      return { title: item.formattedName, date: null };
  }
}

/** `fileOffset` is where the hole stands in the written file, which has the recovered bytes only. */
function wholeness(holes: readonly Gap[], isTruncated = false): object {
  let missingBefore = 0;
  const listed = holes.map((gap) => {
    const fileOffset = gap.outputOffset - missingBefore;
    missingBefore += gap.missingBytes;
    return { fileOffset, ...hole(gap) };
  });
  return { partial: holes.length > 0 || isTruncated, holes: listed };
}

function hole({ code, archiveOffset, archiveLength, outputOffset, missingBytes, exact }: Gap): object {
  return { code, archiveOffset, archiveLength, outputOffset, missingBytes, exact };
}

function instant(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString();
}
