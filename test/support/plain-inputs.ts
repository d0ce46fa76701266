import * as fc from "fast-check";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { createRandom, makeRandomBytes } from "./synthetic-mail.ts";

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** Words of a small vocabulary, so that matches of every length turn up. */
function makeWords(from: number, length: number): Uint8Array {
  const random = createRandom(from);
  const words = Array.from({ length: 40 }, () =>
    makeRandomBytes(random(2 ** 31), 1 + random(12)).map((b) => 97 + (b % 26)),
  );
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const word = words[random(words.length)]?.subarray(0, length - at) ?? new Uint8Array(1);
    bytes.set(word, at);
    at += word.length;
  }
  return bytes;
}

/** Runs of one byte, from one to thousands of them. */
function makeRuns(from: number, length: number): Uint8Array {
  const random = createRandom(from);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const run = 1 + random(2 ** random(14));
    bytes.fill(random(4), at, at + run);
    at += run;
  }
  return bytes;
}

/** A stretch that repeats, with a byte changed here and there: long matches that break off. */
function makePeriodic(from: number, length: number): Uint8Array {
  const random = createRandom(from);
  const period = makeRandomBytes(from, 1 + random(3000));
  return Uint8Array.from({ length }, (_, at) => (random(500) === 0 ? random(256) : (period[at % period.length] ?? 0)));
}

/** Inputs of every texture and of 0 … `maxLength` bytes. */
export function plainInputs(maxLength: number): fc.Arbitrary<Uint8Array> {
  const length = fc.oneof(
    fc.integer({ min: 0, max: Math.min(600, maxLength) }),
    fc.integer({ min: 0, max: maxLength }),
  );
  const made = (make: (from: number, length: number) => Uint8Array) =>
    fc.tuple(seed, length).map(([s, l]) => make(s, l));
  const mixed = fc
    .array(fc.tuple(fc.nat(3), seed, fc.nat(Math.ceil(maxLength / 4))), { maxLength: 4 })
    .map((pieces) => concatBytes(pieces.map(([kind, s, l]) => (TEXTURES[kind] ?? makeWords)(s, l))).slice());
  return fc.oneof(...TEXTURES.map(made), mixed, fc.uint8Array({ maxLength: Math.min(maxLength, 1000) }));
}

/** Makers of inputs from a seed and a length, one for each texture. */
export const TEXTURES = [makeWords, makeRandomBytes, makeRuns, makePeriodic] as const;
