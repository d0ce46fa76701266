/** How hard the encoder tries: the three levels that a user chooses from. */
export type Level = "fast" | "default" | "best";

/** What a level means to the parsers. */
export interface LevelSettings {
  /** Greedy takes the longest match at once, lazy looks one position on first, optimal weighs the whole block. */
  readonly parse: "greedy" | "lazy" | "optimal";
  /** Earlier positions to try for each match. */
  readonly depth: number;
  /** A match this long is taken without looking further. */
  readonly enough: number;
  /** Greedy and lazy only: how many positions inside a taken match can be found again later. */
  readonly remembered: number;
  /** Optimal only: how often the cheapest path is sought, each time with the costs that the last one has shown. */
  readonly passes: number;
}

/** Measured on mail: the next doubling of depth, or the next pass, buys less than 0.1 % each. */
export const LEVELS: Readonly<Record<Level, LevelSettings>> = {
  fast: { parse: "greedy", depth: 4, enough: 32, remembered: 6, passes: 0 },
  default: { parse: "lazy", depth: 24, enough: 64, remembered: 65_536, passes: 0 },
  best: { parse: "optimal", depth: 64, enough: 72, remembered: 65_536, passes: 2 },
};
