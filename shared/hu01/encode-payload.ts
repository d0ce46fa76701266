import { assignCodeLengths } from "./code-lengths.ts";
import { createHashChains, resetHashChains } from "./hash-chains.ts";
import { LEVELS, type Level, type LevelSettings } from "./level.ts";
import { createMatchTree, resetMatchTree } from "./match-tree.ts";
import { parseLazily } from "./parse-lazy.ts";
import { choosePath, collectMatches, createMatchLists, followPath } from "./parse-optimal.ts";
import { costsFromFrequencies, seedCosts } from "./symbol-costs.ts";
import { SYMBOL_COUNT } from "./token.ts";
import { countSymbols, payloadSize, writePayload } from "./write-payload.ts";

/** Everything an encoder needs for a block, made once: encoding allocates nothing but its result. */
function createWorkspace() {
  return {
    chains: createHashChains(),
    tree: createMatchTree(),
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
  const settings = LEVELS[level];
  if (settings.parse === "optimal") return encodeOptimally(workspace, plain, settings);
  resetHashChains(workspace.chains, plain);
  return finish(workspace, parseLazily(workspace.chains, workspace.tokens, settings));
}

/** Parses in passes and keeps the smallest result: a pass may also make it worse. */
function encodeOptimally(space: Workspace, plain: Uint8Array, settings: LevelSettings): Uint8Array {
  resetMatchTree(space.tree, plain);
  collectMatches(space.tree, space.lists, settings.depth, settings.enough);
  seedCosts(plain, space.costs);
  let smallest: Uint8Array | undefined;
  for (let pass = 0; pass < settings.passes; pass++) {
    choosePath(plain, space.lists, space.costs, space.pathCosts, space.choices);
    const payload = finish(space, followPath(space.choices, plain.length, space.tokens));
    if (smallest === undefined || payload.length < smallest.length) smallest = payload;
    costsFromFrequencies(space.frequencies, space.costs);
  }
  return smallest as Uint8Array;
}

function finish(space: Workspace, tokenCount: number): Uint8Array {
  const { tokens, frequencies, lengths } = space;
  countSymbols(tokens, tokenCount, frequencies);
  assignCodeLengths(frequencies, lengths);
  const payload = new Uint8Array(payloadSize(tokens, tokenCount, frequencies, lengths));
  writePayload(tokens, tokenCount, lengths, payload);
  return payload;
}
