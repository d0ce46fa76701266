import type { DeletedFacts } from "../../items/sync-facts.ts";
import type { Limits } from "../../limits.ts";
import { documentOf, type SyncCommand } from "./sync-command.ts";
import { SyncScanner } from "./sync-scanner.ts";

/** What became of an item once its last command has come. */
export type Due =
  | { readonly kind: "item"; readonly commands: readonly SyncCommand[] }
  | { readonly kind: "deleted"; readonly facts: DeletedFacts }
  | { readonly kind: "overflow" };

/** An item that will be named again. */
interface Held {
  remaining: number;
  /** Its commands so far as XML documents: a fraction of what their trees would take. */
  documents: Uint8Array[];
  isOverflow: boolean;
}

/** Holds the commands for items that will be named again, and gives them when the last one has come. */
export class PendingCommands {
  readonly #limits: Limits;
  /** How often each item is named; after the first pass, of those named more than once. */
  #counts: Map<string, number>;
  readonly #held = new Map<string, Held>();
  #heldBytes = 0;

  constructor(limits: Limits, counts = new Map<string, number>()) {
    this.#limits = limits;
    this.#counts = counts;
  }

  /** The same for one more pass from the beginning. */
  again(): PendingCommands {
    return new PendingCommands(this.#limits, this.#counts);
  }

  /** First pass: notes that an item is named. */
  count(command: SyncCommand, serverId: string): void {
    const key = keyOf(command, serverId);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** First pass: an item turns out to be one that has another id. */
  rename(collectionId: string, from: string, to: string): void {
    const [old, key] = [keyOf({ collectionId }, from), keyOf({ collectionId }, to)];
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + (this.#counts.get(old) ?? 0));
    this.#counts.delete(old);
  }

  /** Between the passes: only items named more than once are remembered. */
  settle(): void {
    this.#counts = new Map([...this.#counts].filter(([, count]) => count > 1));
  }

  /** Later passes: takes a command. @returns what the item has become, or null when more will be said of it */
  take(command: SyncCommand, serverId: string): Due | null {
    const key = keyOf(command, serverId);
    const held = this.#heldOf(key);
    const isDeletion = (command.verb === "Delete" || command.verb === "SoftDelete") && command.instanceId === null;
    if (held === undefined) return isDeletion ? deletion(command, serverId) : { kind: "item", commands: [command] };
    held.remaining -= 1;
    if (isDeletion) this.#drop(held);
    if (held.remaining > 0) {
      if (!isDeletion) this.#hold(held, command);
      return null;
    }
    this.#held.delete(key);
    if (isDeletion) return deletion(command, serverId);
    if (held.isOverflow) return { kind: "overflow" };
    const commands = [...held.documents.map((document) => this.#parse(document)), command];
    this.#drop(held);
    return { kind: "item", commands };
  }

  #heldOf(key: string): Held | undefined {
    const remaining = this.#counts.get(key);
    const known = this.#held.get(key);
    if (known !== undefined || remaining === undefined) return known;
    const held = { remaining, documents: [], isOverflow: false };
    this.#held.set(key, held);
    return held;
  }

  #hold(held: Held, command: SyncCommand): void {
    if (held.isOverflow) return;
    const document = new TextEncoder().encode(documentOf([command]));
    if (this.#heldBytes + document.length > this.#limits.maxHeldSyncBytes) {
      this.#drop(held);
      held.isOverflow = true;
      return;
    }
    this.#heldBytes += document.length;
    held.documents.push(document);
  }

  /** Reads again what was read before, so there is exactly one command in it. */
  #parse(document: Uint8Array): SyncCommand {
    const scanner = new SyncScanner({ ...this.#limits, maxSyncItemBytes: document.length });
    scanner.push(document);
    scanner.end();
    const [command] = scanner.take();
    if (command?.kind !== "command") throw new Error("a held command could not be read again");
    return command;
  }

  #drop(held: Held): void {
    for (const document of held.documents) this.#heldBytes -= document.length;
    held.documents = [];
    held.isOverflow = false;
  }
}

/** ServerIds are compared without regard to letter case (MAPPING.md 2.5). */
function keyOf({ collectionId }: { readonly collectionId: string }, serverId: string): string {
  return `${collectionId}\0${serverId.toLowerCase()}`;
}

function deletion({ itemClass, collectionId, verb }: SyncCommand, serverId: string): Due {
  return { kind: "deleted", facts: { itemClass, collectionId, serverId, soft: verb === "SoftDelete" } };
}
