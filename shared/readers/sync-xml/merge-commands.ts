import type { WarningCode } from "../../items/warning.ts";
import type { SyncElement } from "../../mapping/sync-element.ts";
import { child } from "../../mapping/sync-fields.ts";
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
  const kept = data.children.filter(({ name }) => !named.has(name));
  return { ...data, children: [...kept, ...change.children.filter((element) => !isEmpty(element))] };
}

const isEmpty = ({ text, children }: SyncElement): boolean => text === "" && children.length === 0;

/** AirSync 16.x changes or deletes one occurrence by a command of its own; earlier ones put it among the exceptions. */
function addException(data: SyncElement, instanceId: string, command: SyncCommand): SyncElement {
  const isDeleted = command.verb === "Delete" || command.verb === "SoftDelete";
  const own = isDeleted ? [leaf("Deleted", "1")] : (command.data?.children ?? []);
  const exception = { ...leaf("Exception", ""), children: [leaf("ExceptionStartTime", instanceId), ...own] };
  const earlier = child(data, "Exceptions");
  const others = (earlier?.children ?? []).filter(
    (other) => child(other, "ExceptionStartTime")?.text.trim() !== instanceId,
  );
  const exceptions = { ...leaf("Exceptions", ""), children: [...others, exception] };
  return { ...data, children: [...data.children.filter(({ name }) => name !== "Exceptions"), exceptions] };
}

function leaf(name: string, text: string): SyncElement {
  return { name, attributes: {}, text, children: [] };
}
