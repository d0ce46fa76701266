/*
 * The kernel's fixed memory map. Nothing is allocated while it runs: every table has its place here, and no
 * address depends on input. Sizes are for one block of at most 65 536 bytes.
 */

/**
 * Plain bytes of the block, with slack on both sides: comparing reads up to eight bytes behind it, and looking
 * at "position 0 minus one" (none) reads the byte in front of it. Neither is believed.
 */
export const INPUT: usize = 0x00_0040;
/** The finished payload: 65 536 bytes can grow to twice their size and a table at the very worst. */
export const PAYLOAD: usize = 0x02_0000;
/** The parsed block, u32 each. */
export const TOKENS: usize = 0x05_0000;

/** Per symbol: how often (u32), its code length (u8), code and length together (u32), cost (u32). */
export const FREQUENCIES: usize = 0x09_0000;
export const LENGTHS: usize = 0x09_0800;
export const CODES: usize = 0x09_1000;
export const COSTS: usize = 0x09_1800;

/** Package-merge: u32 rows of sorted coins, packages and their merger, and one u8 flag per entry of 15 rows. */
export const SORTED: usize = 0x09_2000;
export const PACKAGES: usize = 0x09_3000;
export const MERGED: usize = 0x09_4000;
export const IS_COIN: usize = 0x09_5000;

/** Hash tables and the links of their chains: u16, positions plus one. */
export const NEWEST_OF_THREE: usize = 0x0a_0000;
export const NEWEST_OF_FOUR: usize = 0x0c_0000;
export const NEWEST_OF_FIVE: usize = 0x0e_0000;
export const LINKS: usize = 0x10_0000;

/** Optimal parsing, u32 each: cost to the end, best token, first match of a position, all matches. */
export const PATH_COSTS: usize = 0x12_0000;
export const CHOICES: usize = 0x17_0000;
export const STARTS: usize = 0x1b_0000;
export const MATCHES: usize = 0x20_0000;

/** 64 KiB pages that all this takes; the build asks for exactly as many. */
export const PAGES: i32 = 85;
