import type { WarningCode } from "../../items/warning.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child } from "../../mapping/sync-fields.ts";
import { parseWireMillis } from "../../mapping/wire-date.ts";
import { textPieces } from "./long-text.ts";
import type { SyncClass } from "./namespaces.ts";
import type { SyncCommand } from "./sync-command.ts";

/** What the commands for one item add up to. */
export interface MergedItem {
  readonly itemClass: SyncClass | null;
  readonly data: SyncElement;
  readonly warnings: readonly WarningCode[];
}

const NO_DATA: SyncElement = { name: "ApplicationData", attributes: {}, text: "", children: [] };

/**
 * Applies the commands for one item, none of which deletes it, in their order (MAPPING.md 2.5). What a Change names
 * replaces what was there, as a whole; what it names without content is gone; what it does not name stays.
 */
export function mergeCommands(commands: readonly SyncCommand[]): MergedItem {
  let data: SyncElement | null = null;
  let itemClass: SyncClass | null = null;
  const warnings = new Set<WarningCode>();
  for (const command of commands) {
    for (const warning of command.warnings) warnings.add(warning);
    itemClass = command.itemClass ?? itemClass;
    if (data === null && command.verb === "Change") warnings.add("change-without-add");
    if (command.instanceId !== null) data = addException(data ?? NO_DATA, command.instanceId, command);
    else if (data === null || command.verb === "Add") data = command.data ?? data ?? NO_DATA;
    else data = applyChange(data, command.data ?? NO_DATA);
  }
  return { itemClass, data: data ?? NO_DATA, warnings: [...warnings] };
}

/** What `change` names in the place of what `data` has under the same names. */
function applyChange(data: SyncElement, change: SyncElement): SyncElement {
  const named = new Set(change.children.map(({ name }) => name));
  const recurrence = child(change, "Recurrence");
  // What is no series any more has no exceptions either.
  if (recurrence !== null && isEmpty(recurrence)) named.add("Exceptions");
  const kept = data.children.filter(({ name }) => !named.has(name));
  return { ...data, children: [...kept, ...change.children.filter((element) => !isEmpty(element))] };
}

const isEmpty = (element: SyncElement): boolean =>
  element.children.length === 0 && textPieces(element).every((piece) => piece.trim() === "");

/** AirSync 16.x changes or deletes one occurrence by a command of its own; earlier ones put it among the exceptions. */
function addException(data: SyncElement, instanceId: string, command: SyncCommand): SyncElement {
  const instant = parseWireMillis(instanceId);
  const isSame = (other: SyncElement): boolean => {
    const text = child(other, "ExceptionStartTime")?.text.trim() ?? "";
    return text === instanceId || (instant !== null && parseWireMillis(text) === instant);
  };
  const earlier = child(data, "Exceptions")?.children ?? [];
  const exception = exceptionOf(instanceId, command, earlier.find(isSame) ?? null);
  const exceptions = { ...leaf("Exceptions", ""), children: [...earlier.filter((other) => !isSame(other)), exception] };
  return { ...data, children: [...data.children.filter(({ name }) => name !== "Exceptions"), exceptions] };
}

function exceptionOf(instanceId: string, { verb, data }: SyncCommand, earlier: SyncElement | null): SyncElement {
  const start = leaf("ExceptionStartTime", instanceId);
  const isDeleted = verb === "Delete" || verb === "SoftDelete";
  if (isDeleted) return { ...leaf("Exception", ""), children: [start, leaf("Deleted", "1")] };
  const wasDeleted = earlier !== null && child(earlier, "Deleted")?.text.trim() === "1";
  if (earlier !== null && !wasDeleted && verb === "Change") return applyChange(earlier, data ?? NO_DATA);
  return { ...leaf("Exception", ""), children: [start, ...(data?.children ?? [])] };
}

function leaf(name: string, text: string): SyncElement {
  return { name, attributes: {}, text, children: [] };
}
