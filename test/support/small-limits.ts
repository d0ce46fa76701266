import { DEFAULT_LIMITS } from "../../shared/limits.ts";

/** Limits that make packs small and stream some of the messages. */
export const SMALL_LIMITS = { ...DEFAULT_LIMITS, maxPackBytes: 30_000, maxBufferedItemBytes: 20_000 };
