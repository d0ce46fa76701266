import type { BenchResults } from "./bench.ts";

/** The results as Markdown tables, the way the README shows them. Speeds in MB/s of decompressed data. */
export function printTables(results: BenchResults): string {
  const { decode, decodeParallel, pipeline, encode, corpusVsOriginal, machine } = results;
  return [
    `Medians on ${machine}. Compare ratios, not speeds: they hold inside one run only.`,
    "",
    ...table(
      ["decode, one thread", "MB/s", "× gunzip", "× fflate", "× brotli", "TypeScript alone, × gunzip"],
      Object.entries(decode).map(([name, r]) => [
        name,
        r.mbps,
        r.vsGunzip,
        r.vsFflate,
        r.vsBrotli,
        r.typescriptVsGunzip,
      ]),
    ),
    "",
    ...table(
      ["decode, large archive", "MB/s", "beside"],
      [
        [`${decodeParallel.cores} cores`, decodeParallel.mbps, `${decodeParallel.vsOneThread} × one thread`],
        [
          "file to file",
          pipeline.mbps,
          `${pipeline.vsPure} × memory to nowhere, ${pipeline.vsGunzipStream} × createGunzip`,
        ],
      ],
    ),
    "",
    ...table(
      ["encode, one thread", "MB/s", "× zlib", "output by input", "zlib's"],
      Object.entries(encode).map(([level, r]) => [level, r.mbps, r.vsZlib, r.ratio, r.zlibRatio]),
    ),
    ...(corpusVsOriginal === null
      ? []
      : ["", `By the original encoder's output: default ${corpusVsOriginal.default}, best ${corpusVsOriginal.best}.`]),
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)];
}
