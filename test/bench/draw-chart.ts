import { readFileSync } from "node:fs";
import type { BenchResults } from "./bench.ts";

/*
 *   npm run --silent bench -- --json | node test/bench/draw-chart.ts > test/bench/chart.svg
 *
 * One bar for each measurement, as long as it is fast beside what it is measured against: the line is at 1.
 */

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly note: string;
}

const ROW = 26;
const LABEL_WIDTH = 300;
const UNIT_WIDTH = 130;
const WIDTH = 860;
const TOP = 34;

const results = JSON.parse(readFileSync(0, "utf8")) as BenchResults;
process.stdout.write(draw(barsOf(results), results.machine));

function barsOf({ decode, decodeParallel, pipeline, encode }: BenchResults): Bar[] {
  return [
    ...Object.entries(decode).flatMap(([name, result]) => [
      { label: `decode ${name}, by gunzip`, value: result.vsGunzip, note: `${result.mbps} MB/s` },
      { label: `decode ${name}, by fflate`, value: result.vsFflate, note: "" },
    ]),
    {
      label: `decode on ${decodeParallel.cores} cores, by one`,
      value: decodeParallel.vsOneThread,
      note: `${decodeParallel.mbps} MB/s`,
    },
    { label: "file to file, by createGunzip", value: pipeline.vsGunzipStream, note: `${pipeline.mbps} MB/s` },
    ...Object.entries(encode).map(([level, result]) => ({
      label: `encode ${level}, by zlib ${{ fast: 1, default: 6, best: 9 }[level]}`,
      value: result.vsZlib,
      note: `${result.mbps} MB/s`,
    })),
  ];
}

function draw(bars: readonly Bar[], machine: string): string {
  const height = TOP + bars.length * ROW + 34;
  const one = LABEL_WIDTH + UNIT_WIDTH;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<title>Speed of the HU01 codec beside other codecs; longer is faster</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${LABEL_WIDTH}" y="20" fill="#444">times as fast; longer is better; the line is equal speed</text>`,
    ...bars.map(drawBar),
    `<line x1="${one}" x2="${one}" y1="${TOP - 6}" y2="${height - 30}" stroke="#222" stroke-dasharray="4 3"/>`,
    `<text x="${WIDTH - 12}" y="${height - 10}" fill="#666" font-size="11" text-anchor="end">${escapeXml(machine)}</text>`,
    "</svg>\n",
  ].join("\n");
}

function drawBar({ label, value, note }: Bar, index: number): string {
  const y = TOP + index * ROW;
  const width = Math.min(value * UNIT_WIDTH, WIDTH - LABEL_WIDTH - 140);
  const fill = label.startsWith("encode") ? "#2b7a5b" : "#2f5d9b";
  return [
    `<text x="${LABEL_WIDTH - 10}" y="${y + 15}" text-anchor="end" fill="#222">${escapeXml(label)}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 8}" fill="${fill}"/>`,
    `<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${y + 15}" fill="#222">× ${value}${note === "" ? "" : `  (${note})`}</text>`,
  ].join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
