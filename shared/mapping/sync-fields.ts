import type { SyncElement } from "./sync-element.ts";

/** The first child of that name, or null. */
export function child(element: SyncElement, name: string): SyncElement | null {
  return element.children.find((candidate) => candidate.name === name) ?? null;
}

/** All children of that name, in order. */
export function childrenNamed(element: SyncElement, name: string): readonly SyncElement[] {
  return element.children.filter((candidate) => candidate.name === name);
}

/**
 * Text of the first child that bears one of the names and is not blank, as it stands; null when there is none.
 *
 * @param names spellings of one element, the canonical one first
 */
export function fieldText(element: SyncElement, ...names: readonly string[]): string | null {
  const found = element.children.find(({ name, text }) => names.includes(name) && text.trim() !== "");
  return found?.text ?? null;
}

/** Integer value of a child; null when it is absent or is no integer. */
export function fieldNumber(element: SyncElement, name: string): number | null {
  const text = fieldText(element, name)?.trim() ?? "";
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : null;
}

/** True when a child says 1 or true. */
export function fieldFlag(element: SyncElement, name: string): boolean {
  return /^(?:1|true)$/i.test(fieldText(element, name)?.trim() ?? "");
}

/**
 * The values of a group such as Categories/Category, without blank ones. DeltaSync writes categories as one text
 * (MAPPING.md 12.4); Outlook separates them there by commas or semicolons.
 */
export function groupTexts(element: SyncElement, group: string, member: string): readonly string[] {
  const container = child(element, group);
  if (container === null) return [];
  const members = childrenNamed(container, member).map(({ text }) => text.trim());
  const texts = container.children.length === 0 ? container.text.split(/[,;]/).map((text) => text.trim()) : members;
  return texts.filter((text) => text !== "");
}
