import { DEFAULT_MAPPING_OPTIONS } from "../../shared/mapping/mapping-options.ts";
import type { MapContext, MappingOptions, SyncElement } from "../../shared/mapping/sync-element.ts";

/** An element as the Sync reader hands it over: with children, with text, or empty. */
export function el(
  name: string,
  content: string | readonly SyncElement[] = "",
  attributes: Readonly<Record<string, string>> = {},
): SyncElement {
  const isText = typeof content === "string";
  return { name, attributes, text: isText ? content : "", children: isText ? [] : content };
}

/** ApplicationData with one child per entry. */
export function applicationData(fields: Readonly<Record<string, string | readonly SyncElement[]>>): SyncElement {
  const children = Object.entries(fields).map(([name, content]) => el(name, content));
  return el("ApplicationData", children);
}

/** A context with the ids of the specification's vectors and no fallback time. */
export function mapContext(
  collectionId: string,
  serverId: string,
  options: Partial<MappingOptions> = {},
  fallbackMillis: number | null = null,
): MapContext {
  return { collectionId, serverId, options: { ...DEFAULT_MAPPING_OPTIONS, ...options }, fallbackMillis };
}
