import type { ConvertOptions } from "../../../shared/options.ts";
import type { Estimate } from "./estimate-contract.ts";
import type { Survey } from "./survey-bytes.ts";

/** What an item of mail takes on average, its share of attachments included. */
const BYTES_PER_ITEM = 20 * 1024;
/** What compressed mail becomes: of HU01 by the streams of this project's tests, of others by common experience. */
const EXPANSION: Readonly<Record<string, number>> = { hu01: 2, zip: 3, gzip: 3 };
/** Kinds that are one item each, whatever their size. */
const SINGLE_ITEM: ReadonlySet<string> = new Set(["message", "icalendar", "vcard"]);
/** What a conversion writes besides the items: `manifest.jsonl` and `report.json`. */
const REPORT_FILES = 2;
const PACK_BYTES = 1024 ** 3;

/** Slower than a laptop and than one vCPU (1 769 MB) of a Lambda on arm64, so that the estimate is rather too long. */
const BYTES_PER_SECOND = 25e6;
/** 32 PUTs at a time, 30 ms each. */
const FILES_PER_SECOND = 1000;
const START_SECONDS = 1;

/** List prices of us-east-1 in US dollars: storage, transfer, logs and free tiers are left out. */
const USD_PER_GIB_SECOND = 0.000_013_333_4;
const MEMORY_GIB = 1769 / 1024;
const USD_PER_PUT = 0.000_005;
const USD_PER_RECORD_WRITE = 0.000_000_625;
const RECORD_WRITES = 6;
const USD_PER_UPLOAD_PUT = USD_PER_PUT;

/** Says in the API's document how the numbers come about. */
export const ESTIMATE_ARITHMETIC =
  "Nothing is created. Items: one for each stream that holds a message, else one for each 20 KiB of decompressed bytes. " +
  "Without the bytes, a file becomes twice its size. Outputs: the items, or one pack for each GiB, and two reports. " +
  "Seconds: 1 + the larger of decompressed bytes / 25 MB and outputs / 1 000. AWS: these seconds at 1 769 MB on arm64 " +
  "(0.0000133334 USD per GB-second), 0.000005 USD for the upload and each output, 6 writes of the record at " +
  "0.000000625 USD, by list prices without storage and transfer.";

/** What is guessed of a file that has been looked through. */
export function estimateSurvey({ problem, ...survey }: Survey, { pack }: ConvertOptions): Estimate {
  const { kind, holds, streams, decompressedBytes } = survey;
  const bytes = decompressedBytes ?? survey.size * (EXPANSION[kind] ?? 1);
  const isSingle = SINGLE_ITEM.has(holds ?? kind);
  const items = isSingle ? (streams ?? 1) : Math.max(streams ?? 1, Math.ceil(bytes / BYTES_PER_ITEM));
  return { ...survey, estimate: problem === null ? workOf(items, bytes, pack) : null, problem };
}

/** What is guessed of a file of which nobody has seen more than its size. */
export function estimateSize(size: number | null, { pack }: ConvertOptions): Estimate {
  const bytes = (size ?? 0) * (EXPANSION.hu01 ?? 1);
  const unseen = { kind: null, holds: null, streams: null, blocks: null, decompressedBytes: null, isWhole: null };
  const estimate = size === null ? null : workOf(Math.ceil(bytes / BYTES_PER_ITEM), bytes, pack);
  return { ...unseen, size, estimate, problem: null };
}

function workOf(items: number, bytes: number, pack: ConvertOptions["pack"]): NonNullable<Estimate["estimate"]> {
  const outputs = REPORT_FILES + (pack === "files" ? items : Math.max(1, Math.ceil(bytes / PACK_BYTES)));
  const seconds = START_SECONDS + Math.max(bytes / BYTES_PER_SECOND, outputs / FILES_PER_SECOND);
  const awsUsd =
    seconds * MEMORY_GIB * USD_PER_GIB_SECOND +
    outputs * USD_PER_PUT +
    USD_PER_UPLOAD_PUT +
    RECORD_WRITES * USD_PER_RECORD_WRITE;
  return { items, outputs, seconds: rounded(seconds, 10), awsUsd: rounded(awsUsd, 1e6) };
}

function rounded(value: number, steps: number): number {
  return Math.ceil(value * steps) / steps;
}
