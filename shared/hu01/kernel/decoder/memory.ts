/*
 * The decoder kernel's fixed memory map. Nothing is allocated while it runs, and no address depends on input but
 * through checks. Sizes are for one block of at most 131 072 bytes.
 */

/** Per code length, u32 each: how many symbols have it, and where the next one of them goes in ORDERED. */
export const COUNTS: usize = 0x0000;
export const PLACES: usize = 0x0040;
/** Per length, u32: values of so many bits that begin with a code no longer than that. */
export const COVERED: usize = 0x0080;
/** Symbols by length, then by value, u16: the order of their codes. */
export const ORDERED: usize = 0x0100;
/** Entry for each value of the next 11, 12 or 13 bits, u32. This and what follows is filled 16 bytes at a time. */
export const TABLE: usize = 0x0800;
/** Entry for each start of a second code that can still share an entry of TABLE with a first one, u32. */
export const SECONDS: usize = 0x9000;
/** Entry for each code longer than TABLE is wide, u32: at most 512 symbols of 8 entries each. */
export const LONG: usize = 0xd800;

/** The payload, and zeros behind it that the bit reader may run into. */
export const INPUT: usize = 0x1_2000;
export const INPUT_BYTES: u32 = 0x4_0200;
export const INPUT_SLACK: u32 = 64;
/** The block, and room behind it for copies that are wider than what they copy. */
export const OUTPUT: usize = 0x5_2800;
export const OUTPUT_BYTES: u32 = 0x2_0000;

/** 64 KiB pages that all this takes; the build asks for exactly as many. */
export const PAGES: i32 = 8;
