import type { Finding } from "../items/item.ts";
import type { Limits } from "../limits.ts";
import { parseCalendar } from "./parse-calendar.ts";
import type { Payload } from "./read-items.ts";
import { readPimPayload } from "./read-pim-payload.ts";

/** Reads a payload that is an iCalendar text: one item per UID. */
export async function* readIcs(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  const context = { charset: null, method: null, stampMillis: null };
  yield* readPimPayload(payload, limits, (bytes) => parseCalendar(bytes, context));
}
