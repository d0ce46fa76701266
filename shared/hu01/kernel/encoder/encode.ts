import { assignCodeLengths } from "./code-lengths.ts";
import { resetHashChains } from "./hash-chains.ts";
import { collectMatches } from "./match-lists.ts";
import { INPUT, PAYLOAD } from "./memory.ts";
import { parseLazily } from "./parse-lazy.ts";
import { chooseCut, chooseUncut, followPath, guessPath } from "./parse-optimal.ts";
import { costsFromFrequencies } from "./symbol-costs.ts";
import { countSymbols, payloadSize, writePayload } from "./write-payload.ts";

/*
 * The encoder's WebAssembly kernel: encode-payload.ts once more, room for room and function for function, in
 * AssemblyScript over a fixed memory map (memory.ts). What is not said here is said there.
 */

/** Where the caller puts the block, 1 … 65 536 bytes, and where it finds the payload. */
export const inputAddress: usize = INPUT;
export const payloadAddress: usize = PAYLOAD;

/** @param patience look for something better only while the held match is shorter; 0 = greedy. @returns payload bytes */
export function encodeLazily(bytes: u32, depth: u32, enough: u32, patience: u32, remembered: u32): u32 {
  resetHashChains(bytes);
  return finish(parseLazily(depth, enough, patience, remembered));
}

/** @returns payload bytes */
export function encodeOptimally(bytes: u32, depth: u32, enough: u32, passes: u32): u32 {
  resetHashChains(bytes);
  collectMatches(depth, enough);
  let tokenCount = guessPath();
  for (let pass: u32 = 0; pass < passes; pass++) {
    countSymbols(tokenCount);
    costsFromFrequencies();
    if (pass === passes - 1) chooseCut();
    else chooseUncut();
    tokenCount = followPath();
  }
  return finish(tokenCount);
}

function finish(tokenCount: u32): u32 {
  const rawBytes = countSymbols(tokenCount);
  assignCodeLengths();
  writePayload(tokenCount);
  return payloadSize(rawBytes);
}
