import { assignCodeLengths } from "./code-lengths.ts";
import { createHashChains, resetHashChains } from "./hash-chains.ts";
import { LEVELS, type Level, type LevelSettings } from "./level.ts";
import { collectMatches, createMatchLists } from "./match-lists.ts";
import { parseLazily } from "./parse-lazy.ts";
import { choosePath, followPath, guessPath } from "./parse-optimal.ts";
import { costsFromFrequencies } from "./symbol-costs.ts";
import { SYMBOL_COUNT } from "./token.ts";
import { countSymbols, payloadSize, writePayload } from "./write-payload.ts";

/** Everything an encoder needs for a block, made once: encoding allocates nothing but its result. */
function createWorkspace() {
  return {
    chains: createHashChains(),
    lists: createMatchLists(),
    choices: new Uint32Array(65_536),
    pathCosts: new Uint32Array(65_537),
    costs: new Uint32Array(SYMBOL_COUNT),
    tokens: new Uint32Array(65_536),
    frequencies: new Uint32Array(SYMBOL_COUNT),
    lengths: new Uint8Array(SYMBOL_COUNT),
  };
}

type Workspace = ReturnType<typeof createWorkspace>;
let workspace: Workspace | undefined;

/**
 * Encodes one block in plain TypeScript: the readable reference, and the fallback where there is no WebAssembly.
 * The kernel gives the same bytes.
 *
 * @param plain 1 … 65 536 bytes
 * @returns the payload of a coded block, newly allocated, even where it is larger than `plain`
 */
export function encodePayload(plain: Uint8Array, level: Level): Uint8Array {
  workspace ??= createWorkspace();
  const { chains, tokens, frequencies, lengths } = workspace;
  const settings = LEVELS[level];
  resetHashChains(chains, plain);
  const tokenCount =
    settings.parse === "optimal" ? parseOptimally(workspace, plain, settings) : parseLazily(chains, tokens, settings);

  countSymbols(tokens, tokenCount, frequencies);
  assignCodeLengths(frequencies, lengths);
  const payload = new Uint8Array(payloadSize(tokens, tokenCount, frequencies, lengths));
  writePayload(tokens, tokenCount, lengths, payload);
  return payload;
}

function parseOptimally(space: Workspace, plain: Uint8Array, settings: LevelSettings): number {
  const { chains, lists, tokens, frequencies, costs, pathCosts, choices } = space;
  collectMatches(chains, lists, settings);
  let tokenCount = guessPath(plain, lists, tokens);
  for (let pass = 0; pass < settings.passes; pass++) {
    countSymbols(tokens, tokenCount, frequencies);
    costsFromFrequencies(frequencies, costs);
    choosePath(plain, lists, costs, pass === settings.passes - 1, pathCosts, choices);
    tokenCount = followPath(choices, plain.length, tokens);
  }
  return tokenCount;
}
