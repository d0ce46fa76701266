import type { Finding } from "../items/item.ts";
import type { Limits } from "../limits.ts";
import { parseCards } from "./parse-cards.ts";
import type { Payload } from "./read-items.ts";
import { readPimPayload } from "./read-pim-payload.ts";

/** Reads a payload that is a vCard text: one item per card. */
export async function* readVcf(payload: Payload, limits: Limits): AsyncGenerator<Finding> {
  yield* readPimPayload(payload, limits, (bytes) => parseCards(bytes, null));
}
