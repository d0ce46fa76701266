import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { collectBytes } from "../../shared/bytes/byte-source.ts";
import { encodeArchive } from "../../shared/hu01/encode-archive.ts";
import { LEVELS, type Level } from "../../shared/hu01/level.ts";
import { interleave, ratio } from "./interleave.ts";

export const ITEM_ID = "00112233-4455-6677-8899-aabbccddeeff";
const LEVEL_NAMES = Object.keys(LEVELS) as Level[];
/** What each level is measured against. */
const ZLIB_LEVEL: Readonly<Record<Level, number>> = { fast: 1, default: 6, best: 9 };
const FILE_HEADER_BYTES = 40;

export interface EncodeResult {
  readonly mbps: number;
  readonly vsZlib: number;
  /** Bytes out by bytes in, and the same of zlib's level. */
  readonly ratio: number;
  readonly zlibRatio: number;
}

/** One thread, whole calls: each file to an archive of its own, beside gzip of the same file. */
export async function benchEncode(files: readonly Uint8Array[], rounds: number): Promise<Record<Level, EncodeResult>> {
  const bytes = sum(files.map((file) => file.length));
  const results = {} as Record<Level, EncodeResult>;
  for (const level of LEVEL_NAMES) {
    const sizes = { hu01: 0, zlib: 0 };
    const mbps = await interleave(bytes, rounds, {
      hu01: async () => {
        sizes.hu01 = 0;
        for (const file of files) sizes.hu01 += (await encode(file, level)).length;
      },
      zlib: () => {
        sizes.zlib = sum(files.map((file) => gzipSync(file, { level: ZLIB_LEVEL[level] }).length));
      },
    });
    results[level] = {
      mbps: mbps.hu01,
      vsZlib: ratio(mbps.hu01, mbps.zlib),
      ratio: Math.round((sizes.hu01 / bytes) * 1e4) / 1e4,
      zlibRatio: Math.round((sizes.zlib / bytes) * 1e4) / 1e4,
    };
  }
  return results;
}

/** Bytes of our blocks by bytes of the original encoder's, over the captures in a folder; null without one. */
export async function compareWithOriginal(
  folder: string | undefined,
): Promise<Record<"default" | "best", number> | null> {
  if (folder === undefined) return null;
  const names = readdirSync(folder).filter((name) => name.endsWith(".plain"));
  const theirs = sum(
    names.map((name) => statSync(join(folder, name.replace(/plain$/, "hu01"))).size - FILE_HEADER_BYTES),
  );
  const share = async (level: Level) => {
    const archives = await Promise.all(names.map((name) => encode(readFileSync(join(folder, name)), level)));
    return Math.round((sum(archives.map((archive) => archive.length - FILE_HEADER_BYTES)) / theirs) * 1e4) / 1e4;
  };
  return { default: await share("default"), best: await share("best") };
}

export function encode(plain: Uint8Array, level: Level): Promise<Uint8Array> {
  return collectBytes(encodeArchive([plain], { itemId: ITEM_ID, level }));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
