import { describe, expect, it } from "vitest";
import { peekSource } from "../../shared/bytes/peek-source.ts";
import { DEFAULT_LIMITS } from "../../shared/limits.ts";
import { sniffPayload } from "../../shared/payload/sniff-payload.ts";

/** A source of `count` chunks that tells when it is closed. */
function openSource(count: number, chunk = new Uint8Array(1000).fill(0x80)) {
  const state = { isClosed: false };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let index = 0; index < count; index += 1) yield chunk;
    } finally {
      state.isClosed = true;
    }
  }
  return { state, bytes: bytes() };
}

describe("a source that was looked at", () => {
  it("is given back whole", async () => {
    const { bytes, state } = openSource(10);
    const { prefix, source } = await peekSource(bytes, 2500);
    let length = 0;
    for await (const chunk of source) length += chunk.length;
    expect([prefix.length, length, state.isClosed]).toEqual([2500, 10_000, true]);
  });

  it("is closed when nobody wants it, whether it was read on or not", async () => {
    for (const reads of [0, 1, 5]) {
      const { bytes, state } = openSource(10);
      const { source } = await peekSource(bytes, 2500);
      for (let read = 0; read < reads; read += 1) await source.next();
      await source.return(undefined);
      expect(state.isClosed).toBe(true);
      expect(await source.next()).toEqual({ done: true, value: undefined });
    }
  });

  it("is closed when its kind was told and nobody reads it", async () => {
    const { bytes, state } = openSource(1000);
    async function* toSegments() {
      let outputOffset = 0;
      for await (const chunk of bytes) {
        yield { kind: "bytes" as const, bytes: chunk, outputOffset, block: null };
        outputOffset += chunk.length;
      }
    }
    const { kind, segments } = await sniffPayload(toSegments(), DEFAULT_LIMITS);
    await segments.return(undefined);
    expect([kind, state.isClosed]).toEqual(["unknown", true]);
  });
});
