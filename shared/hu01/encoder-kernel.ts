import { ENCODER_KERNEL } from "./encoder-kernel-binary.ts";
import { LEVELS, type Level } from "./level.ts";
import { startKernel } from "./start-kernel.ts";

/** What kernel/encoder/encode.ts exports. Addresses are bytes in the kernel's memory. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly inputAddress: { readonly value: number };
  readonly payloadAddress: { readonly value: number };
  readonly encodeLazily: (bytes: number, depth: number, enough: number, patience: number, remembered: number) => number;
  readonly encodeOptimally: (bytes: number, depth: number, enough: number, passes: number) => number;
}

/** Encodes one block of 1 … 65 536 bytes to a coded payload, newly allocated. */
export type PayloadEncoder = (plain: Uint8Array, level: Level) => Uint8Array;

/**
 * Starts the encoder's WebAssembly kernel: two to five times as fast as encode-payload.ts, and the same bytes.
 * It takes about a millisecond and 5.6 MB, which are never given back; one is enough for a thread.
 *
 * @returns null where there is no WebAssembly
 */
export function createEncoderKernel(): PayloadEncoder | null {
  const kernel = startKernel<KernelExports>(ENCODER_KERNEL);
  if (kernel === null) return null;
  const memory = new Uint8Array(kernel.memory.buffer);
  const input = kernel.inputAddress.value;
  const payload = kernel.payloadAddress.value;

  return (plain, level) => {
    const { parse, depth, enough, remembered, passes } = LEVELS[level];
    memory.set(plain, input);
    const payloadBytes =
      parse === "optimal"
        ? kernel.encodeOptimally(plain.length, depth, enough, passes)
        : kernel.encodeLazily(plain.length, depth, enough, parse === "lazy" ? enough : 0, remembered);
    return memory.slice(payload, payload + payloadBytes);
  };
}
