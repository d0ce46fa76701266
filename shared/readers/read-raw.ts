import type { Finding } from "../items/item.ts";
import type { WarningCode } from "../items/warning.ts";
import type { Limits } from "../limits.ts";
import { openContent } from "./open-content.ts";
import type { Payload } from "./read-items.ts";
import { GrowingPosition } from "./source-position.ts";

/** Reads a payload of no known kind: one item with its bytes as they are. */
export async function* readRaw(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  yield* readUnread(payload, limits, "payload-unknown");
}

/** Keeps a payload as it is. @param why the warning that tells why it was not read */
export async function* readUnread(payload: Payload, limits: Limits, why: WarningCode): AsyncGenerator<Finding> {
  const position = new GrowingPosition(payload.stream);
  const opened = await openContent(payload, limits, { add: (segment) => position.add(segment), end: () => {} });
  yield {
    kind: "raw",
    origin: { position, part: null, name: null },
    content: opened.content,
    contentBytes: payload.decodedBytes,
    holes: opened.holes,
    warnings: [why],
  };
  await opened.settle();
}
