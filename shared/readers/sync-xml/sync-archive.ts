import type { Segment } from "../../bytes/segment.ts";
import { stableId } from "../../bytes/stable-id.ts";
import type { Finding, Item, Origin } from "../../items/item.ts";
import type { OutputFile } from "../../items/output-file.ts";
import type { Limits } from "../../limits.ts";
import type { MappingOptions } from "../../mapping/sync-element.ts";
import { fieldText } from "../../mapping/sync-fields.ts";
import { parseWireMillis } from "../../mapping/wire-date.ts";
import { BlockMap } from "./block-map.ts";
import { ClientIds } from "./client-ids.ts";
import type { Detail } from "./element-builder.ts";
import { FolderTree } from "./folder-tree.ts";
import { mapItem } from "./map-item.ts";
import { mergeCommands } from "./merge-commands.ts";
import type { SyncClass } from "./namespaces.ts";
import { PendingCommands } from "./pending-commands.ts";
import { type AddAnswer, documentOf, type LostRange, type StatusFault, type SyncCommand } from "./sync-command.ts";
import { SyncScanner } from "./sync-scanner.ts";

/** The segments of one Sync payload and the stream they come from. */
export interface SyncPayload {
  readonly stream: number | null;
  readonly segments: AsyncIterable<Segment>;
}

/**
 * All Sync responses of one archive, whose commands apply to each other. They are read twice: first to learn which
 * items are named more than once, and the folders; then to give each item as soon as nothing more will be said of it.
 * So only items that are still to be changed are held.
 */
export class SyncArchive {
  readonly #options: MappingOptions;
  readonly #limits: Limits;
  readonly #payloads: () => AsyncIterable<SyncPayload>;
  readonly #folders = new FolderTree();
  readonly #pending: PendingCommands;
  #clientIds = new ClientIds();
  /** Streams of which nothing could be read, and why. */
  readonly #unreadable = new Map<number | null, LostRange>();
  readonly #surveyed = new Set<number | null>();
  #isSurveyed = false;

  /** @param payloads all Sync payloads of the archive, from the beginning each time */
  constructor(payloads: () => AsyncIterable<SyncPayload>, options: MappingOptions, limits: Limits) {
    this.#payloads = payloads;
    this.#options = options;
    this.#limits = limits;
    this.#pending = new PendingCommands(limits);
  }

  get isSurveyed(): boolean {
    return this.#isSurveyed;
  }

  /** Reads all Sync payloads of the archive for the first time. */
  async survey(): Promise<void> {
    for await (const payload of this.#payloads()) {
      this.#surveyed.add(payload.stream);
      let isReadable = false;
      let loss: LostRange | null = null;
      for await (const event of scan(payload, this.#limits, "outline")) {
        isReadable ||= event.kind !== "lost";
        if (event.kind === "lost") loss ??= event;
        if (event.kind === "command") this.#learn(named(event, this.#clientIds));
        if (event.kind === "answer") this.#rename(event);
      }
      if (!isReadable && loss !== null) this.#unreadable.set(payload.stream, { ...loss, text: null });
    }
    this.#pending.settle();
    this.#clientIds = this.#clientIds.again();
    this.#isSurveyed = true;
  }

  /** True for a payload that was among those of the survey. */
  knows(stream: number | null): boolean {
    return this.#surveyed.has(stream);
  }

  /** For payloads that stand by themselves: the same options for one of them. */
  alone(payloads: () => AsyncIterable<SyncPayload>): SyncArchive {
    return new SyncArchive(payloads, this.#options, this.#limits);
  }

  /** Why nothing at all can be read of a payload; null when something can. */
  refusal(stream: number | null): Finding | null {
    const loss = this.#unreadable.get(stream);
    if (loss === undefined) return null;
    const { outputOffset, outputLength } = loss;
    const position = { stream, blocks: null, outputOffset, outputLength };
    return lostFinding(loss, { position, part: null, name: null });
  }

  /** Reads one of the payloads for the second time: gives its items, and items of earlier ones that are now final. */
  async *read(payload: SyncPayload): AsyncGenerator<Finding> {
    const blocks = new BlockMap(payload.stream);
    for await (const event of scan(payload, this.#limits, "whole", blocks)) {
      const origin: Origin = { position: blocks.positionOf(event), part: null, name: null };
      if (event.kind === "lost") yield lostFinding(event, origin);
      else if (event.kind === "status") yield statusFinding(event, origin);
      else if (event.kind === "command") yield* this.#apply(named(event, this.#clientIds), origin, this.#pending);
    }
  }

  /** Gives once more, and from the beginning, what `read` gave of all payloads and is an object of its own. */
  async *objectsAgain(): AsyncGenerator<Item> {
    const pending = this.#pending.again();
    const clientIds = this.#clientIds.again();
    const origin: Origin = {
      position: { stream: null, blocks: null, outputOffset: 0, outputLength: 0 },
      part: null,
      name: null,
    };
    for await (const payload of this.#payloads()) {
      for await (const event of scan(payload, this.#limits, "objects")) {
        if (event.kind !== "command") continue;
        for await (const finding of this.#apply(named(event, clientIds), origin, pending, OBJECT_CLASSES)) {
          if (finding.kind === "calendar" || finding.kind === "contact") yield finding;
        }
      }
    }
  }

  /** Files about the whole archive: `folders.json`, when the server told of any folder. */
  documents(): readonly OutputFile[] {
    if (this.#folders.isEmpty) return [];
    const text = `${JSON.stringify({ folders: this.#folders.list() }, null, 2)}\n`;
    return [{ path: "folders.json", mediaType: "application/json", content: [new TextEncoder().encode(text)] }];
  }

  #learn(command: SyncCommand): void {
    const { itemClass, serverId, verb, data } = command;
    if (serverId === null) return;
    this.#pending.count(command, serverId);
    if (itemClass !== "Folder") return;
    if (verb === "Delete" || verb === "SoftDelete") this.#folders.delete(serverId);
    else if (data !== null) this.#folders.set(serverId, mergeFolder(this.#folders, serverId, command));
  }

  /** What the client had added under an id of its own, the server calls otherwise. */
  #rename({ itemClass, collectionId, clientId, serverId }: AddAnswer): void {
    const known = this.#clientIds.answer(collectionId, clientId, serverId);
    if (known === null) return;
    this.#pending.rename(collectionId, known, serverId);
    if (itemClass === "Folder") this.#folders.rename(known, serverId);
  }

  async *#apply(
    command: SyncCommand,
    origin: Origin,
    pending: PendingCommands,
    classes: ReadonlySet<SyncClass> | null = null,
  ): AsyncGenerator<Finding> {
    const { serverId } = command;
    if (serverId === null) {
      yield* this.#map([command], origin, classes);
      return;
    }
    const due = pending.take(command, serverId);
    if (due === null) return;
    if (due.kind === "deleted") {
      yield { kind: "deleted", origin, facts: due.facts };
    } else if (due.kind === "overflow") {
      yield { kind: "skipped", origin, code: "readers/sync-held" };
    } else {
      yield* this.#map(due.commands, origin, classes);
    }
  }

  async *#map(
    commands: readonly SyncCommand[],
    origin: Origin,
    classes: ReadonlySet<SyncClass> | null,
  ): AsyncGenerator<Finding> {
    const { itemClass, data, warnings } = mergeCommands(commands);
    if (itemClass === "Folder" || (itemClass !== null && classes?.has(itemClass) === false)) return;
    const { collectionId = "", serverId: ownId = null } = commands.at(-1) ?? {};
    const serverId = ownId ?? "";
    const folderId = fieldText(data, "FolderId")?.trim() ?? collectionId;
    const folder = this.#folders.pathOf(folderId);
    const sync = { itemClass: itemClass ?? "unknown", collectionId, serverId, folder, mail: null };
    const fallbackMillis = parseWireMillis(this.#options.archiveTime);
    const context = { collectionId, serverId, options: this.#options, fallbackMillis };
    try {
      yield* mapItem(itemClass, { data, origin, sync, warnings }, context, this.#limits);
      if (classes === null) this.#folders.count(folderId);
    } catch {
      // Whatever is wrong with it, and be it our mapping: the other items are not touched by it, and its XML is kept.
      const id = ownId === null ? null : stableId([collectionId, serverId]);
      yield { kind: "skipped", origin, code: "readers/item-unmappable", kept: { id, xml: documentOf(commands) } };
    }
  }
}

/** Objects of their own, other than mail. */
const OBJECT_CLASSES: ReadonlySet<SyncClass> = new Set(["Calendar", "Contacts", "Tasks", "Notes"]);

async function* scan(payload: SyncPayload, limits: Limits, detail: Detail, blocks?: BlockMap) {
  const scanner = new SyncScanner(limits, detail);
  for await (const segment of payload.segments) {
    blocks?.add(segment);
    if (segment.kind === "gap") scanner.gap(segment.missingBytes);
    else scanner.push(segment.bytes);
    yield* scanner.take();
  }
  scanner.end();
  yield* scanner.take();
}

/** The command with the id of its item. */
function named(command: SyncCommand, clientIds: ClientIds): SyncCommand {
  const { verb, collectionId, clientId } = command;
  if (clientId === null) return command;
  const serverId = verb === "Add" ? clientIds.add(collectionId, clientId) : clientIds.latest(collectionId, clientId);
  return { ...command, serverId };
}

function mergeFolder(folders: FolderTree, id: string, command: SyncCommand) {
  const earlier = folders.get(id);
  return earlier === null
    ? mergeCommands([command]).data
    : mergeCommands([{ ...command, data: earlier }, command]).data;
}

function lostFinding({ code, text }: LostRange, origin: Origin): Finding {
  const kept = text === null || text.trim() === "" ? undefined : { id: null, xml: text };
  return { kind: "skipped", origin, code, ...(kept === undefined ? {} : { kept }) };
}

function statusFinding({ status, serverId }: StatusFault, origin: Origin): Finding {
  const details = { status, ...(serverId === null ? {} : { serverId }) };
  return { kind: "skipped", origin, code: "readers/sync-status", details };
}
