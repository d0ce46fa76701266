import { STICKY_NOTE } from "./message-head.ts";
import type { MapContext, SyncElement } from "./sync-element.ts";
import { fieldText } from "./sync-fields.ts";
import { synthesiseMessage } from "./synthesise-message.ts";

/**
 * A note as a message, for mail programs that keep notes among the mail (MAPPING.md 11). Its date is that of its last
 * change.
 *
 * @param data ApplicationData of class Notes
 */
export function noteMessage(data: SyncElement, context: MapContext): Uint8Array {
  const own = data.children.filter(({ name }) => name !== "DateReceived" && name !== "MessageClass");
  const received = fieldText(data, "LastModifiedDate");
  const children = [
    ...own,
    leaf("MessageClass", STICKY_NOTE),
    ...(received === null ? [] : [leaf("DateReceived", received)]),
  ];
  return synthesiseMessage({ ...data, children }, context).bytes;
}

function leaf(name: string, text: string): SyncElement {
  return { name, attributes: {}, text, children: [] };
}
