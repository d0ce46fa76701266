import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const LOOK_MILLIS = 250;
/** Objects and buffers, dead ones included, that may stand before they are looked through. */
const MIN_HELD_BYTES = 60 * 1024 ** 2;
/** Where so much lives, looking for the dead pays only once as much again has come. */
const GROWTH = 1.5;

/**
 * Keeps what this process holds of memory small until it ends. Left alone, V8 lets dead buffers of some kilobytes
 * stand until a hundred megabytes of them have come. Measured on a ZIP of 20 000 small archives: 224 MB resident
 * instead of 276, for 0.7 s of collecting in 17.
 */
export function keepMemorySmall(): void {
  // Decoded blocks lie outside the heap and die young, so a large nursery only holds on to them. Measured on 1 GiB:
  // 210 MB resident instead of 255, and no slower.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let maxHeldBytes = MIN_HELD_BYTES;
  const look = () => {
    if (heldBytes() < maxHeldBytes) return;
    collect();
    maxHeldBytes = Math.max(MIN_HELD_BYTES, GROWTH * heldBytes());
  };
  setInterval(look, LOOK_MILLIS).unref();
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
